import { expect, test } from "vitest";
import { loopMessage, loopPercent, statusText } from "../../../../extension/src/features/status/model";
import type { SessionState, SessionStatus } from "../../../../extension/src/protocol/generated";

const session = (state: SessionState, more: Partial<SessionStatus> = {}): SessionStatus => ({
  state,
  sessionPath: "/data/.whiskertoolbox/session",
  interpreter: { executable: "/env/bin/python", version: "3.12.1", name: "env", processId: 7 },
  message: "",
  remedies: [],
  readOnly: false,
  traced: false,
  ...more,
});
const running = (state: SessionState, more: Partial<SessionStatus> = {}) =>
  statusText({ kind: "running", session: session(state, more) }, true);

test.each([
  ["starting", "$(loading~spin) Python 3.12.1 (env): starting"],
  ["idle", "$(check) Python 3.12.1 (env): idle"],
  ["busy", "$(sync~spin) Python 3.12.1 (env): busy"],
  ["stopped", "$(debug-pause) Python 3.12.1 (env): stopped at breakpoint"],
  ["dead", "$(error) Python 3.12.1 (env): dead"],
] as const)("%s is shown as %j", (state, text) => {
  expect(running(state).text).toBe(text);
});

test.each(["3.12.1", "Python 3.12.1", ""])("a version is not said twice: %j", (name) => {
  const interpreter = { executable: "/usr/bin/python3", version: "3.12.1", name, processId: 7 };
  expect(running("idle", { interpreter }).text).toBe("$(check) Python 3.12.1: idle");
});

test("the tooltip says what is wrong and where the session is", () => {
  const { tooltip, severity } = running("unavailable", { interpreter: null, message: "NumPy is missing." });
  expect(tooltip).toContain("NumPy is missing.");
  expect(tooltip).toContain("/data/.whiskertoolbox/session");
  expect(severity).toBe("error");
});

test("the tooltip shows text of others as text, in lines of ours", () => {
  const { tooltip } = running("dead", { message: "a\u202eb\nWhiskerToolbox: idle", sessionPath: "/x\u0007" });
  expect(tooltip.split("\n").slice(2)).toEqual(["Session: /x\\u{7}", "a\\u{202e}b WhiskerToolbox: idle"]);
  expect(statusText({ kind: "failed", message: "a\u202eb" }, true).tooltip).toBe("a\\u{202e}b");
});

test("a run that the debugger traces says so", () => {
  const { text, tooltip } = running("busy", { traced: true });
  expect(text).toBe("$(sync~spin) Python 3.12.1 (env): busy, traced");
  expect(tooltip).toContain("slower");
  expect(running("idle", { traced: true }).text).not.toContain("traced");
});

test("an untrusted folder has no session", () => {
  expect(statusText({ kind: "off" }, false).tooltip).toContain("trusted");
});

test("a loop says how far it is, and of how many where that is known", () => {
  const loop = { number: 1, description: "", done: 1200, total: 4800, hasEnded: false };
  expect([loopMessage(loop), loopPercent(loop)]).toEqual(["1,200 of 4,800", 25]);
  expect([loopMessage({ ...loop, total: null }), loopPercent({ ...loop, total: null })]).toEqual([
    "1,200",
    0,
  ]);
  expect(loopPercent({ ...loop, total: 0 })).toBe(0);
});
