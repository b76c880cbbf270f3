// The history on disk.

import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { appendToHistory, readHistory } from "../../../../extension/src/features/console/historyFile";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "history-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("what one window typed is there for the next", async () => {
  const path = join(folder, "kept", "history.jsonl");
  expect((await readHistory(path)).entries).toEqual([]);
  await appendToHistory(path, "x = 1");
  await appendToHistory(path, "x\n+ 1");
  expect((await readHistory(path)).entries).toEqual(["x = 1", "x\n+ 1"]);
});

test.skipIf(process.platform === "win32")("nobody else reads it, or puts another in its place", async () => {
  await appendToHistory(join(folder, "kept", "history.jsonl"), "x = 1");
  const rights = (path: string): number => statSync(path).mode & 0o777;
  expect(rights(join(folder, "kept"))).toBe(0o700);
  expect(readdirSync(join(folder, "kept")).map((name) => rights(join(folder, "kept", name)))).toEqual([
    0o600,
  ]);
});
