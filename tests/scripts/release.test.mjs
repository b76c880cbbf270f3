// What is published is checked first, and nothing is published by half.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeCheckout, missingSecrets, problemsOf, publications } from "../../scripts/lib/release.mjs";

let root;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "release-"));
  mkdirSync(join(root, "changelog.d"));
  writeFileSync(join(root, "changelog.d", "README.md"), "");
  writeFileSync(join(root, "package.json"), JSON.stringify({ version: "1.2.0" }));
  writeFileSync(join(root, "pyproject.toml"), '[project]\nname = "whiskers"\nversion = "1.2.0"\n');
  writeFileSync(join(root, "CHANGELOG.md"), "# Changes\n\n## 1.2.0 (2026-12-01)\n\nThis and that.\n");
});

afterEach(() => rmSync(root, { recursive: true }));

const built = { vsix: "1.2.0", wheel: "1.2.0", sdist: "1.2.0" };

test("a checkout whose versions agree and whose changes are collected can be published", () => {
  expect(problemsOf({ ...describeCheckout(root), artifacts: built, tag: "v1.2.0" })).toEqual([]);
});

test("a tag of another version is a problem", () => {
  const problems = problemsOf({ ...describeCheckout(root), artifacts: built, tag: "v1.3.0" });
  expect(problems).toEqual(["the tag is v1.3.0, package.json says 1.2.0"]);
});

test("each file that says another version is named", () => {
  writeFileSync(join(root, "pyproject.toml"), 'version = "1.1.0"\n');
  const problems = problemsOf({ ...describeCheckout(root), artifacts: { ...built, wheel: "1.1.0" } });
  expect(problems).toEqual([
    "pyproject.toml says 1.1.0, package.json 1.2.0",
    "the wheel is of version 1.1.0, package.json says 1.2.0",
  ]);
});

test("a changelog without the version, and changes that are not collected, are problems", () => {
  writeFileSync(join(root, "CHANGELOG.md"), "## 1.2.01\n");
  writeFileSync(join(root, "changelog.d", "+a.added.md"), "New.");
  expect(problemsOf({ ...describeCheckout(root), artifacts: built })).toEqual([
    "CHANGELOG.md has no section for 1.2.0",
    "1 changes are still in changelog.d/, +a.added.md for one (towncrier build --version 1.2.0)",
  ]);
});

test("it is published to three places, and what is there already is passed over", () => {
  const commands = publications({ python: "python", vsix: "a.vsix", wheel: "a.whl", sdist: "a.tar.gz" });
  expect(commands.map(({ to }) => to)).toEqual(["the Marketplace", "Open VSX", "PyPI"]);
  for (const { args } of commands) expect(args.join(" ")).toMatch(/--skip-(duplicate|existing)/);
});

test("a secret that is not set is named before anything is published", () => {
  const commands = publications({ python: "python", vsix: "a.vsix", wheel: "a.whl", sdist: "a.tar.gz" });
  expect(missingSecrets(commands, { VSCE_PAT: "x", OVSX_PAT: "" })).toEqual(["OVSX_PAT", "TWINE_PASSWORD"]);
});
