// Exporting: keys into a file or folder that other tools read.

import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { Uri, window, workspace } from "vscode";
import { registerCommand, type Context } from "../../context";
import { methods, type ExportFormat, type ExportOption } from "../../protocol/generated";
import { askText } from "../../ui/ask";
import { confirm, showInformation, showWarning } from "../../ui/notify";
import { withDataProgress } from "../../ui/progress";
import { plainText } from "../../ui/text";
import { keysIn, type DataNode } from "../data";
import type { Environments } from "../environments";
import { fileName, formatItems, keyItems, summary, withSuffix } from "./model";

export function activateExport(ctx: Context, environments: Environments): void {
  registerCommand(ctx, "whiskertoolbox.exportData", async (node?: DataNode) => {
    const keys = node === undefined ? await pickKeys(ctx) : keysIn(node);
    const format = keys.length === 0 ? undefined : await pickFormat(ctx, keys);
    if (format === undefined) {
      return;
    }
    if (format.missing.length > 0) {
      await environments.install(format.missing);
    }
    const options = await askFor(format);
    const path = options === undefined ? undefined : await pickPath(keys, format);
    if (options !== undefined && path !== undefined) {
      await exportKeys(ctx, { path, keys: [...keys], format: format.name, options });
    }
  });
}

async function pickKeys(ctx: Context): Promise<readonly string[]> {
  const { keys } = await ctx.daemon.request(methods.dataList, {});
  if (keys.length === 0) {
    void showInformation("there are no data keys to export.");
    return [];
  }
  const chosen = await window.showQuickPick(keyItems(keys), {
    title: "Export Data: keys",
    placeHolder: "Choose what to write into one file or folder",
    canPickMany: true,
    matchOnDescription: true,
  });
  return (chosen ?? []).map(({ key }) => key);
}

async function pickFormat(ctx: Context, keys: readonly string[]): Promise<ExportFormat | undefined> {
  const { formats } = await ctx.daemon.request(methods.dataExportFormats, { keys: [...keys] });
  if (formats.length === 0) {
    void showWarning("no format can hold these keys together. Export fewer of them at once.");
    return undefined;
  }
  const chosen = await window.showQuickPick(formatItems(formats), {
    title: plainText(`Export ${keys.length === 1 ? (keys[0] ?? "") : `${keys.length} keys`}: format`),
    placeHolder: "Formats that can hold all of it",
    matchOnDescription: true,
  });
  return chosen?.format;
}

/** Ask for the options worth asking for; undefined when the user leaves. */
async function askFor(format: ExportFormat): Promise<ExportOption[] | undefined> {
  const options: ExportOption[] = [];
  for (const { option, prompt, example } of format.questions) {
    const value = await askText({
      title: `Export to ${format.title}`,
      prompt: `${prompt} Empty: unknown.`,
      placeHolder: example,
      ignoreFocusOut: true,
    });
    if (value === undefined) {
      return undefined;
    }
    if (value.trim() !== "") {
      options.push({ name: option, value: value.trim() });
    }
  }
  return options;
}

async function pickPath(keys: readonly string[], format: ExportFormat): Promise<string | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const isFolder = format.suffix === "";
  const chosen = await window.showSaveDialog({
    title: isFolder ? "Export Data: name of the new folder" : "Export Data",
    saveLabel: "Export",
    defaultUri: Uri.file(
      join(
        folder,
        fileName(keys, format, (name) => existsSync(join(folder, name))),
      ),
    ),
    ...(isFolder ? {} : { filters: { [format.title]: [format.suffix.slice(1)] } }),
  });
  return chosen === undefined ? undefined : withSuffix(chosen.fsPath, format);
}

async function exportKeys(
  ctx: Context,
  wanted: {
    readonly path: string;
    readonly keys: string[];
    readonly format: string;
    readonly options: ExportOption[];
  },
  overwrite = false,
): Promise<void> {
  const name = basename(wanted.path);
  const result = await withDataProgress(ctx, `Exporting to ${name}`, (loadId, token) =>
    ctx.daemon.request(methods.dataExport, { ...wanted, loadId, overwrite }, token),
  );
  if (result === undefined) {
    return; // cancelled: nothing was left behind
  }
  if (result.isTaken) {
    if (await isReplacementWanted(name)) {
      await exportKeys(ctx, wanted, true);
    }
    return;
  }
  for (const warning of result.warnings) {
    ctx.log.warn(`${name}: ${warning}`);
  }
  const said = summary(name, wanted.keys, result.warnings);
  if (result.warnings.length > 0) {
    void showWarning(said, "Show Details");
  } else {
    void showInformation(said);
  }
}

function isReplacementWanted(name: string): Promise<boolean> {
  return confirm({
    question: `Replace what is in "${name}"?`,
    detail: "A file is replaced; of a folder, only files that have the names of new ones.",
    action: "Replace",
  });
}
