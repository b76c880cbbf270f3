import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { digestOf, ensure } from "../../scripts/lib/steps.mjs";

let folder;
let made;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "steps-"));
  made = 0;
});

function make(...madeFrom) {
  return ensure({ title: "a thing", folder, madeFrom, make: async () => void (made += 1) });
}

test("a folder is made once", async () => {
  await make("input");
  await make("input");
  expect(made).toBe(1);
});

test("a folder is made again when what it is made from changes", async () => {
  await make("input", "old");
  await make("input", "new");
  expect(made).toBe(2);
});

test("a folder that was deleted is made again", async () => {
  await make("input");
  rmSync(folder, { recursive: true });
  await make("input");
  expect(made).toBe(2);
});

test("a folder whose making failed is made again", async () => {
  await make("old");
  const fail = () => Promise.reject(new Error("no network"));
  await expect(ensure({ title: "a thing", folder, madeFrom: ["new"], make: fail })).rejects.toThrow(
    "no network",
  );
  await make("old");
  expect(made).toBe(2);
});

test("the digest of a folder changes with names and contents of its files, not with compiled modules", () => {
  writeFileSync(join(folder, "a.py"), "1");
  const first = digestOf(folder);
  mkdirSync(join(folder, "__pycache__"));
  writeFileSync(join(folder, "__pycache__", "a.pyc"), "compiled");
  expect(digestOf(folder)).toBe(first);
  writeFileSync(join(folder, "a.py"), "2");
  const second = digestOf(folder);
  expect(second).not.toBe(first);
  writeFileSync(join(folder, "b.py"), "");
  expect(digestOf(folder)).not.toBe(second);
});
