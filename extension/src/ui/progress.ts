// Loads and exports under way: a notification with progress, and a button that cancels them.

import { randomUUID } from "node:crypto";
import { ProgressLocation, window, type CancellationToken } from "vscode";
import type { Context } from "../context";
import { methods } from "../protocol/generated";
import { notificationText } from "./text";

/** Work on data with its progress shown; undefined when it was cancelled. */
export async function withDataProgress<T>(
  ctx: Context,
  title: string,
  work: (loadId: string, token: CancellationToken) => Promise<T>,
): Promise<T | undefined> {
  const loadId = randomUUID();
  return window.withProgress(
    { location: ProgressLocation.Notification, title: notificationText(title), cancellable: true },
    async (progress, token): Promise<T | undefined> => {
      let done = 0;
      const listener = ctx.daemon.on(methods.dataProgress, (step) => {
        if (step.loadId === loadId) {
          const increment = step.total === 0 ? 0 : ((step.done - done) / step.total) * 100;
          done = step.done;
          const place = `(${step.done} of ${step.total})`;
          progress.report({ message: notificationText(`${step.label} ${place}`.trim()), increment });
        }
      });
      try {
        return await work(loadId, token);
      } catch (error) {
        if (token.isCancellationRequested) {
          return undefined;
        }
        throw error;
      } finally {
        listener.dispose();
      }
    },
  );
}
