// Loading: what a load config lists, or what is in any other file or folder of the field.

import { basename } from "node:path";
import { ProgressLocation, Uri, window, workspace, type CancellationToken } from "vscode";
import { registerCommand, type Context } from "../../context";
import { methods, type FilePreview, type LoadResult } from "../../protocol/generated";
import { showInformation, showWarning } from "../../ui/notify";
import { withDataProgress } from "../../ui/progress";
import { notificationText } from "../../ui/text";
import type { Environments } from "../environments";
import { isLoadConfig, summarizeLoad } from "./model";
import { choose } from "./preview";

export function activateLoad(ctx: Context, environments: Environments): void {
  // The Explorer gives what was clicked on, and all that is selected.
  registerCommand(ctx, "whiskertoolbox.loadData", async (clicked?: Uri, selected?: readonly Uri[]) => {
    const given = clicked instanceof Uri ? (selected ?? [clicked]) : [];
    const asked = given.length > 0 ? given : await pickFile();
    for (const { fsPath } of asked) {
      await loadFile(ctx, environments, fsPath);
    }
  });
}

async function loadFile(ctx: Context, environments: Environments, path: string): Promise<void> {
  if (isLoadConfig(path)) {
    if (await environments.prepareFor(path)) {
      await follow(ctx, path, (loadId, token) =>
        ctx.daemon.request(methods.dataLoad, { path, loadId }, token),
      );
    }
  } else {
    await importFile(ctx, path);
  }
}

async function pickFile(): Promise<readonly Uri[]> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const chosen = await window.showOpenDialog({
    title: "Load Data: choose a load config or any file of a recording",
    openLabel: "Load",
    filters: { "All files": ["*"], "WhiskerToolbox load config": ["json"] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return chosen ?? [];
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
        return await ctx.daemon.request(methods.dataPreview, { path, parts: [], clocks: [] }, token);
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
  const choice = await choose(ctx, path, preview);
  if (choice !== undefined) {
    await follow(ctx, path, (loadId, token) =>
      ctx.daemon.request(methods.dataImport, { path, loadId, ...choice }, token),
    );
  }
}

/** Load with progress that can be cancelled, then say what was loaded; what was loaded before stays. */
async function follow(
  ctx: Context,
  path: string,
  load: (loadId: string, token: CancellationToken) => Promise<LoadResult>,
): Promise<void> {
  const result = await withDataProgress(ctx, `Loading ${basename(path)}`, load);
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
