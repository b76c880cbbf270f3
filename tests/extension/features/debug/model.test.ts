import { describe, expect, test } from "vitest";
import { eventOf, type DapMessage } from "../../../../extension/src/features/debug/model";

const response = (command: string): DapMessage => ({ seq: 100, type: "response", success: true, command });

describe("a debug session", () => {
  test("is over when the debugger has let go", () => {
    expect(eventOf(response("disconnect"))).toEqual({ kind: "left" });
  });

  test("is configured when the debugger has taken the breakpoints", () => {
    expect(eventOf(response("configurationDone"))).toEqual({ kind: "configured" });
  });

  test("knows in which thread code stands, and that it goes on", () => {
    const stopped = { seq: 1, type: "event", event: "stopped", body: { threadId: 4, reason: "breakpoint" } };
    expect(eventOf(stopped)).toEqual({ kind: "stopped", threadId: 4 });
    expect(eventOf(response("next"))).toEqual({ kind: "continued" });
    expect(eventOf({ seq: 2, type: "event", event: "continued" })).toEqual({ kind: "continued" });
  });

  test("learns nothing from other messages, nor from a request that failed", () => {
    expect(eventOf(response("stackTrace"))).toBeUndefined();
    expect(eventOf({ ...response("disconnect"), success: false })).toBeUndefined();
  });
});
