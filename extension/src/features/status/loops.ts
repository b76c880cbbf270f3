// Loops over `wt.progress(…)`: a notification for each that goes on, whose button interrupts the run.

import { ProgressLocation, window, type Progress } from "vscode";
import type { Context } from "../../context";
import { methods, type LoopProgress } from "../../protocol/generated";
import { showFailure } from "../../ui/notify";
import { notificationText } from "../../ui/text";
import { loopMessage, loopPercent } from "./model";

type Shown = {
  readonly report: Progress<{ message?: string; increment?: number }>;
  readonly end: () => void;
  percent: number;
};

/** More at once would cover the window. */
const mostAtOnce = 3;

export function activateLoops(ctx: Context): void {
  const shown = new Map<number, Shown>();
  const endAll = (): void => {
    for (const { end } of shown.values()) {
      end();
    }
    shown.clear();
  };
  ctx.subscriptions.push(
    ctx.daemon.on(methods.loopProgress, (loop) => {
      if (loop.hasEnded) {
        shown.get(loop.number)?.end();
        shown.delete(loop.number);
        return;
      }
      if (!shown.has(loop.number) && shown.size < mostAtOnce) {
        shown.set(loop.number, show(ctx, loop));
      }
      const here = shown.get(loop.number);
      if (here !== undefined) {
        const percent = loopPercent(loop);
        here.report.report({ message: loopMessage(loop), increment: Math.max(percent - here.percent, 0) });
        here.percent = Math.max(percent, here.percent);
      }
    }),
    // An interpreter that has died says nothing more.
    ctx.daemon.onDidChangeState((state) => {
      if (state.kind !== "running" || state.session.state === "dead" || state.session.state === "starting") {
        endAll();
      }
    }),
    { dispose: endAll },
  );
}

function show(ctx: Context, { description }: LoopProgress): Shown {
  let report: Shown["report"] = { report: () => undefined };
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  void window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: notificationText(description === "" ? "Running" : description, 100),
      cancellable: true,
    },
    (progress, token) => {
      report = progress;
      token.onCancellationRequested(() => {
        ctx.daemon.request(methods.interrupt, {}).catch((error: unknown) => {
          showFailure(error, "Show Log");
        });
      });
      return ended;
    },
  );
  return {
    report: {
      report: (value) => {
        report.report(value);
      },
    },
    end: () => {
      end();
    },
    percent: 0,
  };
}
