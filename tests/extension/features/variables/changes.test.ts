import { expect, test } from "vitest";
import {
  deleteCode,
  duplicateCode,
  loadCode,
  memoryText,
  nameProblem,
  renameCode,
  saveCode,
} from "../../../../extension/src/features/variables/model";

test("what is done with a variable is code", () => {
  expect(renameCode("a", "b")).toBe("b = a; del a");
  expect(saveCode(["a", "b"], "/data/x.npz")).toBe(
    'import numpy as np; np.savez("/data/x.npz", **{"a": a, "b": b})',
  );
  expect(saveCode(["a"], "C:\\data\\x.mat")).toBe(
    'import scipy.io; scipy.io.savemat("C:\\\\data\\\\x.mat", {"a": a})',
  );
  expect(loadCode("/data/x.npz")).toContain('np.load("/data/x.npz")');
  expect(loadCode("/data/x.MAT")).toContain('loadmat("/data/x.MAT"');
});

test("a name that is code, as a file may give one to an array, is never run", () => {
  const name = 'x"]; import os\nquit()';
  const written = `globals()[${JSON.stringify(name)}]`;
  expect(deleteCode(name)).toBe(`del ${written}`);
  expect(renameCode(name, "b")).toBe(`b = ${written}; del ${written}`);
  expect(duplicateCode({ name, type: "list", icon: "" }, "b")).toBe(
    `import copy; b = copy.deepcopy(${written})`,
  );
  expect(saveCode([name], "/x.npz")).toContain(`{${JSON.stringify(name)}: ${written}}`);
});

test("a file of variables does not give Python's own names", () => {
  for (const path of ["/data/x.npz", "/data/x.mat"]) {
    expect(loadCode(path)).toContain('if not name.startswith("__")');
  }
});

test("a data object is copied by its columns, on the same clock, and anything else by copy", () => {
  expect(duplicateCode({ name: "a", type: "list", icon: "" }, "b")).toBe("import copy; b = copy.deepcopy(a)");
  expect(duplicateCode({ name: "a", type: "LineData", icon: "pulse" }, "b")).toBe(
    "b = type(a).from_columns(a.to_columns()); b.setTimeFrame(a.getTimeFrame())",
  );
});

test("a video cannot be duplicated, which is said with what can be done", () => {
  expect(() => duplicateCode({ name: "a", type: "MediaData", icon: "device-camera-video" }, "b")).toThrow(
    "a cannot be duplicated: it stands for the video that it reads. b = a gives it a second name.",
  );
});

test("only what Python takes for a name is one", () => {
  expect(nameProblem("größe_2", "a")).toBeUndefined();
  for (const text of ["", "2a", "a b", "for", "a; import os", "a"]) {
    expect(nameProblem(text, "a")).toBeDefined();
  }
});

test("memory is written for people", () => {
  expect([0, 999, 1200, 8_000_000, 123_400_000_000].map(memoryText)).toEqual([
    "0 bytes",
    "999 bytes",
    "1.2 kB",
    "8.0 MB",
    "123 GB",
  ]);
});
