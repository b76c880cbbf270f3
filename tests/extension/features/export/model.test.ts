import { expect, test } from "vitest";
import { fileName, formatItems, withSuffix } from "../../../../extension/src/features/export/model";
import type { ExportFormat } from "../../../../extension/src/protocol/generated";

const format = (changes: Partial<ExportFormat>): ExportFormat => ({
  name: "nwb",
  title: "NWB",
  suffix: ".nwb",
  missing: [],
  questions: [],
  ...changes,
});

test("formats whose packages are missing come last and say what they install", () => {
  const items = formatItems([
    format({ title: "A", missing: ["x", "y"] }),
    format({ title: "B $(bug)", suffix: "" }),
  ]);
  expect(items.map(({ label, description, detail }) => ({ label, description, detail }))).toEqual([
    { label: expect.not.stringContaining(" $(bug)") as string, description: "folder", detail: undefined },
    { label: "A", description: ".nwb", detail: "Installs x, y" },
  ]);
});

test("a file is called as its key, or as the recording", () => {
  const isTaken = (): boolean => false;
  expect(fileName(["lfp/1: left*"], format({}), isTaken)).toBe("lfp_1_ left_.nwb");
  expect(fileName(["a", "b"], format({ suffix: "" }), isTaken)).toBe("recording");
  expect(fileName(["..."], format({}), isTaken)).toBe("_.nwb");
});

test("a file is not called as one that is there, which may be what the key was loaded from", () => {
  const there = new Set(["angle.csv", "angle-2.csv"]);
  expect(fileName(["angle"], format({ suffix: ".csv" }), (name) => there.has(name))).toBe("angle-3.csv");
});

test("a path gets the ending by which other tools know the file", () => {
  expect(withSuffix("/a/b.NWB", format({}))).toBe("/a/b.NWB");
  expect(withSuffix("/a/b.h5", format({ suffix: ".analysis.h5" }))).toBe("/a/b.h5.analysis.h5");
  expect(withSuffix("/a/b", format({ suffix: "" }))).toBe("/a/b");
});
