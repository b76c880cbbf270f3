// The VSIX of the same files is the same to the byte.

import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { zipStage } from "../../scripts/lib/vsix.mjs";

const MANIFEST = {
  name: "whiskers",
  publisher: "somebody",
  version: "1.0.0",
  engines: { vscode: "^1.90.0" },
  main: "./dist/extension.js",
  activationEvents: [],
  license: "MIT",
  repository: { type: "git", url: "https://example.org/whiskers" },
};
const FILES = {
  "package.json": JSON.stringify(MANIFEST),
  "README.md": "# Whiskers",
  LICENSE: "MIT",
  "dist/extension.js": "exports.activate = () => undefined;",
  "daemon/a.py": "a = 1",
  "daemon/b.py": "b = 1",
};
let folder;
const zone = process.env.TZ;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vsix-"));
});

afterEach(() => {
  process.env.TZ = zone ?? "";
  if (zone === undefined) delete process.env.TZ;
  rmSync(folder, { recursive: true });
});

function stage(name, files, mode, seconds) {
  for (const [path, content] of files) {
    const file = join(folder, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
    utimesSync(file, seconds, seconds);
  }
  return join(folder, name);
}

test("whenever, wherever and in whatever order its files were written", { timeout: 300_000 }, async () => {
  const entries = Object.entries(FILES);
  await zipStage(stage("one", entries, 0o600, 1_000_000_000), join(folder, "one.vsix"));
  process.env.TZ = "Pacific/Auckland";
  await zipStage(stage("elsewhere", entries.toReversed(), 0o755, 1_500_000_001), join(folder, "other.vsix"));
  expect(statSync(join(folder, "one.vsix")).size).toBeGreaterThan(1000);
  expect(readFileSync(join(folder, "other.vsix")).equals(readFileSync(join(folder, "one.vsix")))).toBe(true);
});
