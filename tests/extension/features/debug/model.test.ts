import { describe, expect, test } from "vitest";
import { Relay, type DapMessage } from "../../../../extension/src/features/debug/model";

const request = (seq: number, command: string, args: Record<string, unknown> = {}): DapMessage => ({
  seq,
  type: "request",
  command,
  arguments: args,
});
const response = (requestSeq: number, command: string, body: Record<string, unknown> = {}): DapMessage => ({
  seq: 100 + requestSeq,
  type: "response",
  request_seq: requestSeq,
  success: true,
  command,
  body,
});

describe("a debug session", () => {
  test("that launches attaches to the interpreter, and VS Code sees its own request answered", () => {
    const relay = new Relay();
    expect(relay.outgoing(request(2, "launch", { program: "a.py" }))).toMatchObject({
      seq: 2,
      command: "attach",
    });
    expect(relay.incoming(response(2, "attach")).message.command).toBe("launch");
  });

  test("ends in one step: Stop is a disconnect", () => {
    const { message } = new Relay().incoming(
      response(1, "initialize", { supportsTerminateRequest: true, x: 1 }),
    );
    expect(message.body).toMatchObject({ supportsTerminateRequest: false, x: 1 });
  });

  test("is over when the debugger has let go", () => {
    expect(new Relay().incoming(response(9, "disconnect")).event).toEqual({ kind: "left" });
  });

  test("is configured when the debugger has taken the breakpoints", () => {
    expect(new Relay().incoming(response(5, "configurationDone")).event).toEqual({ kind: "configured" });
  });

  test("knows in which thread code stands, and that it goes on", () => {
    const relay = new Relay();
    const stopped = { seq: 1, type: "event", event: "stopped", body: { threadId: 4, reason: "breakpoint" } };
    expect(relay.incoming(stopped).event).toEqual({ kind: "stopped", threadId: 4 });
    expect(relay.incoming(response(6, "next")).event).toEqual({ kind: "continued" });
    expect(relay.incoming({ seq: 2, type: "event", event: "continued" }).event).toEqual({
      kind: "continued",
    });
  });

  test("passes everything else on as it is", () => {
    const relay = new Relay();
    const asked = request(7, "stackTrace", { threadId: 1 });
    const answer = response(7, "stackTrace", { stackFrames: [] });
    expect(relay.outgoing(asked)).toBe(asked);
    expect(relay.incoming(answer)).toEqual({ message: answer, event: undefined });
  });
});
