// How long a start takes, for the log: what a person who waits wants to know, and what bench/ measures.

import type { Event, LogOutputChannel } from "vscode";
import type { DaemonState } from "./state";

/** Say after how many milliseconds from now code can run, unless the start that begins now fails. */
export function logReadiness(
  log: Pick<LogOutputChannel, "info">,
  onDidChangeState: Event<DaemonState>,
): void {
  const began = performance.now();
  const following = onDidChangeState((state) => {
    if (state.kind === "starting" || (state.kind === "running" && state.session.state === "starting")) {
      return;
    }
    if (state.kind === "running" && state.session.state === "idle") {
      log.info(`Ready after ${Math.round(performance.now() - began)} ms`);
    }
    following.dispose();
  });
}
