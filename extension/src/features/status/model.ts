// What the status bar and the progress of loops say. Pure.

import type { DaemonState } from "../../daemon/state";
import type { LoopProgress, SessionState, SessionStatus } from "../../protocol/generated";
import { interpreterName, labelText, plainText } from "../../ui/text";

export type StatusText = {
  readonly text: string;
  readonly tooltip: string;
  readonly severity: "normal" | "warning" | "error";
};

const sessionStates: Readonly<
  Record<SessionState, { icon: string; word: string; severity: StatusText["severity"] }>
> = {
  starting: { icon: "loading~spin", word: "starting", severity: "normal" },
  idle: { icon: "check", word: "idle", severity: "normal" },
  busy: { icon: "sync~spin", word: "busy", severity: "normal" },
  stopped: { icon: "debug-pause", word: "stopped at breakpoint", severity: "warning" },
  dead: { icon: "error", word: "dead", severity: "error" },
  unavailable: { icon: "error", word: "unavailable", severity: "error" },
};

export function statusText(state: DaemonState, isTrusted: boolean): StatusText {
  if (!isTrusted) {
    const tooltip = "WhiskerToolbox starts when this folder is trusted.";
    return { text: "$(workspace-untrusted) WhiskerToolbox", tooltip, severity: "normal" };
  }
  switch (state.kind) {
    case "off":
      return {
        text: "$(circle-slash) WhiskerToolbox",
        tooltip: "No session is running. Click for actions.",
        severity: "normal",
      };
    case "starting":
      return {
        text: "$(loading~spin) WhiskerToolbox: starting",
        tooltip: "Starting the session",
        severity: "normal",
      };
    case "failed":
      return { text: "$(error) WhiskerToolbox: dead", tooltip: plainText(state.message), severity: "error" };
    case "running":
      return runningText(state.session);
  }
}

const interpreterStates: Readonly<Record<SessionState, string>> = {
  starting: "starting",
  idle: "ready",
  busy: "ready",
  stopped: "ready",
  dead: "dead",
  unavailable: "none",
};

/** What conditions of the manifest know: of the session, and of the interpreter in it. */
export function contextKeys(state: DaemonState): Readonly<Record<string, string>> {
  const session = state.kind === "running" ? state.session.state : undefined;
  return {
    "whiskertoolbox.state": session === "unavailable" ? session : state.kind,
    "whiskertoolbox.interpreter": session === undefined ? "none" : interpreterStates[session],
  };
}

function runningText(session: SessionStatus): StatusText {
  const { icon, word, severity } = sessionStates[session.state];
  const { interpreter } = session;
  const name =
    interpreter === null ? "WhiskerToolbox" : interpreterName(interpreter.name, interpreter.version);
  const traced = session.traced && session.state === "busy" ? ", traced" : "";
  const lines = [
    `WhiskerToolbox: ${word}${session.readOnly ? ", read-only" : ""}`,
    ...(interpreter === null ? [] : [`Python ${interpreter.version}: ${interpreter.executable}`]),
    `Session: ${session.sessionPath}`,
    ...(traced === "" ? [] : ["The debugger traces all code, which makes it many times slower."]),
    ...(session.message === "" ? [] : [session.message]),
  ];
  return {
    text: `$(${icon}) ${labelText(name)}: ${word}${traced}`,
    tooltip: lines.map((line) => plainText(line)).join("\n"),
    severity,
  };
}

/** How far a loop is, for people. */
export function loopMessage({ done, total }: LoopProgress): string {
  const count = done.toLocaleString("en");
  return total === null ? count : `${count} of ${total.toLocaleString("en")}`;
}

/** 0 to 100; 0 where the total is not known. */
export function loopPercent({ done, total }: LoopProgress): number {
  return total === null || total <= 0 ? 0 : Math.min(100, (100 * done) / total);
}
