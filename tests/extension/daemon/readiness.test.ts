import { expect, test } from "vitest";
import { EventEmitter } from "../fakes/vscode";
import { logReadiness } from "../../../extension/src/daemon/readiness";
import type { DaemonState } from "../../../extension/src/daemon/state";
import type { SessionStatus } from "../../../extension/src/protocol/generated";

const session = (state: SessionStatus["state"]): DaemonState => ({
  kind: "running",
  session: {
    state,
    sessionPath: "/s",
    interpreter: null,
    message: "",
    remedies: [],
    readOnly: false,
    traced: false,
  },
});

function logged(...states: readonly DaemonState[]): readonly string[] {
  const changes = new EventEmitter<DaemonState>();
  const lines: string[] = [];
  logReadiness({ info: (line: string) => lines.push(line) }, changes.event);
  for (const state of states) {
    changes.fire(state);
  }
  return lines;
}

test("a start is logged once, when code can run", () => {
  expect(logged({ kind: "starting" }, session("starting"))).toEqual([]);
  const lines = logged(
    { kind: "starting" },
    session("starting"),
    session("idle"),
    session("busy"),
    session("idle"),
  );
  expect(lines).toEqual([expect.stringMatching(/^Ready after \d+ ms$/)]);
});

test("a start that fails is not taken for one that took long", () => {
  expect(logged({ kind: "starting" }, { kind: "failed", message: "gone" }, session("idle"))).toEqual([]);
  expect(logged({ kind: "starting" }, session("unavailable"), session("idle"))).toEqual([]);
});
