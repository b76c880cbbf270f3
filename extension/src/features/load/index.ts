// Loading a recording from its WhiskerToolbox load config.

import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import { ProgressLocation, Uri, window, workspace } from "vscode";
import { registerCommand, type Context } from "../../context";
import { methods, type LoadResult } from "../../protocol/generated";
import { showInformation, showWarning } from "../../ui/notify";
import { notificationText } from "../../ui/text";
import { summarizeLoad } from "./model";

export function activateLoad(ctx: Context): void {
  registerCommand(ctx, "whiskertoolbox.loadData", async (uri?: Uri) => {
    const config = uri instanceof Uri ? uri : await pickConfig();
    if (config !== undefined) {
      await load(ctx, config.fsPath);
    }
  });
}

async function pickConfig(): Promise<Uri | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const chosen = await window.showOpenDialog({
    title: "Load Data: choose a WhiskerToolbox load config",
    openLabel: "Load",
    filters: { "WhiskerToolbox load config": ["json"] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return chosen?.[0];
}

async function load(ctx: Context, path: string): Promise<void> {
  const loadId = randomUUID();
  const result = await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: `Loading ${notificationText(basename(path))}`,
      cancellable: true,
    },
    async (progress, token): Promise<LoadResult | undefined> => {
      let done = 0;
      const listener = ctx.daemon.on(methods.dataProgress, (step) => {
        if (step.loadId === loadId) {
          const increment = step.total === 0 ? 0 : ((step.done - done) / step.total) * 100;
          done = step.done;
          progress.report({
            message: `${notificationText(step.label)} (${step.done} of ${step.total})`,
            increment,
          });
        }
      });
      try {
        return await ctx.daemon.request(methods.dataLoad, { path, loadId }, token);
      } catch (error) {
        if (token.isCancellationRequested) {
          return undefined; // what was loaded before stays, and the tree shows it
        }
        throw error;
      } finally {
        listener.dispose();
      }
    },
  );
  if (result !== undefined) {
    report(ctx, path, result);
  }
}

function report(ctx: Context, path: string, result: LoadResult): void {
  const summary = summarizeLoad(basename(path), result);
  for (const line of summary.details) {
    ctx.log.warn(line);
  }
  if (summary.details.length > 0) {
    void showWarning(summary.message, "Show Details");
  } else {
    void showInformation(summary.message);
  }
}
