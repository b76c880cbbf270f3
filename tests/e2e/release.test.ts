// The dry run of a release, on this checkout: builds everything, publishes nothing.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { places, root } from "./harness/places";

test("a dry run builds what would be published, and names what speaks against it", async () => {
  const script = join(root, "scripts", "release.mjs");
  const { code, said } = await new Promise<{ code: unknown; said: string }>((resolve) => {
    execFile(places().node, [script, "--tag", "v999.0.0"], { cwd: root }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, said: stdout + stderr });
    });
  });
  expect(said).toContain("✗ the tag is v999.0.0, package.json says");
  expect(said).not.toMatch(/✗ (the (vsix|wheel|sdist) is|pyproject)/);
  for (const place of ["the Marketplace", "Open VSX", "PyPI"]) {
    expect(said).toContain(`to ${place}, with the secret`);
  }
  expect(said).toContain("It cannot be published like this.");
  expect(code).toBe(1);
  for (const kind of ["vsix", "wheel", "sdist"]) {
    const path = new RegExp(`^ {2}${kind}: (.+)$`, "m").exec(said)?.[1] ?? "";
    expect(existsSync(join(root, path)), kind).toBe(true);
  }
});
