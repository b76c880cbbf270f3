// The prelude: code of the settings that runs in each new interpreter before anything else.

import { randomUUID } from "node:crypto";
import type { Context } from "../../context";
import { methods } from "../../protocol/generated";
import { setting } from "../../settings";
import { messageOf, showFailure } from "../../ui/notify";

export function activatePrelude(ctx: Context): void {
  /** The interpreter that it was sent to: `starting` until its process is known. */
  let sentTo: number | "starting" | undefined;
  const follow = (): void => {
    const { state } = ctx.daemon;
    if (state.kind !== "running") {
      sentTo = undefined;
      return;
    }
    const { interpreter } = state.session;
    const isStarting = state.session.state === "starting";
    if (!isStarting && interpreter === null) {
      return; // it is dead, or there is no data: nothing runs
    }
    const now = isStarting || interpreter === null ? "starting" : interpreter.processId;
    const isKnown = sentTo === now || (sentTo === "starting" && now !== "starting");
    sentTo = now;
    const code = setting("run.prelude");
    if (!isKnown && code.trim() !== "") {
      // Sent while the interpreter starts, it is the first in the queue. After a reload the interpreter has had it.
      ctx.daemon
        .request(methods.runCode, {
          runId: randomUUID(),
          code,
          place: null,
          storeHistory: false,
          asPrelude: true,
        })
        .catch((error: unknown) => {
          ctx.log.error(`whiskertoolbox.run.prelude: ${messageOf(error)}`);
          showFailure(error, "Show Log");
        });
    }
  };
  follow();
  ctx.subscriptions.push(ctx.daemon.onDidChangeState(follow));
}
