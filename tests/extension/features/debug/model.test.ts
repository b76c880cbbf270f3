import { describe, expect, test } from "vitest";
import { canStopIn, launchedOf, sourceOf } from "../../../../extension/src/features/debug/model";

const request = (command: string, options: unknown): unknown => ({
  seq: 1,
  type: "request",
  command,
  arguments: options,
});

describe("the source whose unsaved text goes with a message", () => {
  test("is the one whose breakpoints are set", () => {
    expect(sourceOf(request("setBreakpoints", { source: { path: "/a.py" }, breakpoints: [] }))).toBe("/a.py");
  });

  test("is none for other messages, nor for a source without a path", () => {
    expect(sourceOf(request("source", { source: { path: "/a.py" } }))).toBeUndefined();
    expect(sourceOf(request("setBreakpoints", { source: { sourceReference: 3 } }))).toBeUndefined();
    expect(sourceOf({ seq: 1, type: "request", command: "threads" })).toBeUndefined();
  });
});

describe("a document where code of the session can stop", () => {
  test("is a Python file or a cell", () => {
    expect(canStopIn({ scheme: "file", path: "/a.py" })).toBe(true);
    expect(canStopIn({ scheme: "vscode-notebook-cell", path: "/a.ipynb" })).toBe(true);
  });

  test("is in no file of another language", () => {
    expect(canStopIn({ scheme: "file", path: "/a.ts" })).toBe(false);
  });
});

describe("a launch configuration", () => {
  test("runs a program with its arguments in a folder", () => {
    expect(launchedOf({ program: "/a/b.py", args: ["--n", "3"], cwd: "/data", stopOnEntry: true })).toEqual({
      kind: "file",
      program: "/a/b.py",
      args: ["--n", "3"],
      options: { workingDirectory: "/data", stopOnEntry: true },
    });
    expect(launchedOf({ program: "/a/b.py" })).toMatchObject({ args: [], options: { stopOnEntry: false } });
  });

  test("runs a program with environment variables, also without some", () => {
    expect(launchedOf({ program: "/a/b.py", env: { DATA: "/data", HOME: null } })).toMatchObject({
      options: { environment: { DATA: "/data", HOME: null } },
    });
  });

  test("says what cannot be, instead of leaving it out", () => {
    expect(() => launchedOf({ code: "1", args: ["x"] })).toThrow(/"args".*sys\.argv/u);
    expect(() => launchedOf({ code: "1", cwd: 3 })).toThrow(/"cwd".*folder/u);
    expect(() => launchedOf({ program: "a.py", env: { A: 1 } })).toThrow(/"env".*strings/u);
  });

  test("runs a module, or code", () => {
    expect(launchedOf({ module: "pkg.tool", args: ["x"] })).toEqual({
      kind: "module",
      module: "pkg.tool",
      args: ["x"],
      options: { stopOnEntry: false },
    });
    expect(launchedOf({ code: ["a = 1", "a"] })).toMatchObject({ kind: "code", code: "a = 1\na" });
  });

  test.each([{ program: "/a/b.py" }, { module: "pkg.tool" }, { code: "1" }])(
    "has surroundings also for %j",
    (what) => {
      const surroundings = { cwd: "/data", env: { A: "1", B: null }, stopOnEntry: true };
      expect(launchedOf({ ...what, ...surroundings }).options).toEqual({
        workingDirectory: "/data",
        environment: { A: "1", B: null },
        stopOnEntry: true,
      });
    },
  );

  test.each([
    {},
    { program: "" },
    { program: "a.py", module: "a" },
    { program: "a.py", args: "x" },
    { code: [1] },
  ])("%j is refused", (configuration) => {
    expect(() => launchedOf(configuration)).toThrow(/debug configuration/);
  });
});
