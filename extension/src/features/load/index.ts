// Loading: what a load config lists, or what is in any other file or folder of the field.

import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import { ProgressLocation, Uri, window, workspace, type CancellationToken } from "vscode";
import { registerCommand, type Context } from "../../context";
import { methods, type FilePreview, type LoadResult } from "../../protocol/generated";
import { showInformation, showWarning } from "../../ui/notify";
import { notificationText, plainText } from "../../ui/text";
import { isLoadConfig, partItems, previewNote, summarizeLoad } from "./model";

export function activateLoad(ctx: Context): void {
  registerCommand(ctx, "whiskertoolbox.loadData", async (uri?: Uri) => {
    const chosen = uri instanceof Uri ? uri : await pickFile();
    if (chosen === undefined) {
      return;
    }
    if (isLoadConfig(chosen.fsPath)) {
      await follow(ctx, chosen.fsPath, (loadId, token) =>
        ctx.daemon.request(methods.dataLoad, { path: chosen.fsPath, loadId }, token),
      );
    } else {
      await importFile(ctx, chosen.fsPath);
    }
  });
}

async function pickFile(): Promise<Uri | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const chosen = await window.showOpenDialog({
    title: "Load Data: choose a load config or any file of a recording",
    openLabel: "Load",
    filters: { "All files": ["*"], "WhiskerToolbox load config": ["json"] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return chosen?.[0];
}

/** Show what is in a file, let parts be chosen, and load them. */
async function importFile(ctx: Context, path: string): Promise<void> {
  const preview = await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: `Looking into ${notificationText(basename(path))}`,
      cancellable: true,
    },
    async (_progress, token): Promise<FilePreview | undefined> => {
      try {
        return await ctx.daemon.request(methods.dataPreview, { path }, token);
      } catch (error) {
        if (token.isCancellationRequested) {
          return undefined;
        }
        throw error;
      }
    },
  );
  if (preview === undefined) {
    return;
  }
  for (const warning of preview.warnings) {
    ctx.log.warn(warning);
  }
  const chosen = await window.showQuickPick(partItems(preview), {
    title: plainText(`${basename(path)}: ${preview.title}`),
    placeHolder: previewNote(preview),
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen === undefined || chosen.length === 0) {
    return;
  }
  const parts = chosen.map(({ name, key }) => ({ name, key }));
  await follow(ctx, path, (loadId, token) =>
    ctx.daemon.request(methods.dataImport, { path, loadId, parts }, token),
  );
}

/** Load with progress that can be cancelled, then say what was loaded. */
async function follow(
  ctx: Context,
  path: string,
  load: (loadId: string, token: CancellationToken) => Promise<LoadResult>,
): Promise<void> {
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
        return await load(loadId, token);
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
