import { describe, expect, test } from "vitest";
import { sourceOf } from "../../../../extension/src/features/debug/model";

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
