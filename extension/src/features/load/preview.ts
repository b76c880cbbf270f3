// What is in a file, in a list: parts are ticked, renamed and put on other clocks before they are loaded.

import { basename } from "node:path";
import { env, ThemeIcon, window, workspace, type QuickInputButton, type QuickPickItem } from "vscode";
import type { Context } from "../../context";
import { methods, type FilePart, type FilePreview, type ImportFile } from "../../protocol/generated";
import type { Owned } from "../../owned";
import { askText } from "../../ui/ask";
import { showHint } from "../../ui/notify";
import { labelText, plainText } from "../../ui/text";
import { choiceOf, keyOf, partItems, previewNote, refusalOfKey, type Changes, type PartItem } from "./model";

type Choice = Pick<ImportFile, "parts" | "clocks">;
type Row = QuickPickItem & PartItem;
type Step = { readonly chosen: readonly FilePart[] } & (
  | { readonly kind: "load" | "config" | "code" }
  | { readonly kind: "rename" | "clock"; readonly part: FilePart }
);

const rename: QuickInputButton = { iconPath: new ThemeIcon("edit"), tooltip: "Load under Another Key" };
const clock: QuickInputButton = { iconPath: new ThemeIcon("watch"), tooltip: "Put on Another Clock" };
const config: QuickInputButton = { iconPath: new ThemeIcon("json"), tooltip: "Show as a Load Config" };
const code: QuickInputButton = { iconPath: new ThemeIcon("code"), tooltip: "Copy the Python Statement" };

/** Let parts of a file be chosen; undefined when the user leaves the list. */
export async function choose(ctx: Context, path: string, preview: FilePreview): Promise<Choice | undefined> {
  const keys = new Map<string, string>();
  const clocks = new Map<string, string>();
  const changes: Changes = { keys, clocks };
  let chosen: readonly FilePart[] = preview.parts.filter(({ selected }) => selected);
  for (;;) {
    const step = await showParts(path, preview, changes, chosen);
    if (step === undefined) {
      return undefined;
    }
    ({ chosen } = step);
    switch (step.kind) {
      case "load":
        return choiceOf(chosen, changes);
      case "rename": {
        const key = await askForKey(step.part, preview, changes);
        if (key !== undefined) {
          keys.set(step.part.name, key);
        }
        break;
      }
      case "clock":
        await askForClock(ctx, step.part, preview, clocks);
        break;
      case "config":
      case "code": {
        const choice = choiceOf(chosen, changes);
        const made = await ctx.daemon.request(methods.dataPreview, { path, ...choice });
        if (step.kind === "config") {
          const document = await workspace.openTextDocument({ language: "json", content: made.config });
          await window.showTextDocument(document, { preview: false });
          return undefined;
        }
        await env.clipboard.writeText(made.code);
        showHint("The statement is in the clipboard");
        break;
      }
    }
  }
}

/** Show the list until something is done in it; undefined when it is left. */
function showParts(
  path: string,
  preview: FilePreview,
  changes: Changes,
  chosen: readonly FilePart[],
): Promise<Step | undefined> {
  const list = window.createQuickPick<Row>();
  const items = partItems(preview, changes).map((item) => ({
    ...item,
    buttons: item.part.clock === "" ? [rename] : [rename, clock],
  }));
  list.title = plainText(`${basename(path)}: ${preview.title}`);
  list.placeholder = previewNote(preview);
  list.canSelectMany = true;
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  list.ignoreFocusOut = true; // choices would be lost
  list.buttons = [config, code];
  list.items = items;
  list.selectedItems = items.filter(({ part }) => chosen.includes(part));
  const subscriptions: Owned[] = [list];
  return new Promise<Step | undefined>((resolve) => {
    const parts = (): FilePart[] => list.selectedItems.map(({ part }) => part);
    subscriptions.push(
      list.onDidAccept(() => {
        resolve(list.selectedItems.length === 0 ? undefined : { kind: "load", chosen: parts() });
      }),
      list.onDidTriggerButton((button) => {
        resolve({ kind: button === config ? "config" : "code", chosen: parts() });
      }),
      list.onDidTriggerItemButton(({ button, item: { part } }) => {
        resolve({ kind: button === rename ? "rename" : "clock", chosen: parts(), part });
      }),
      list.onDidHide(() => {
        resolve(undefined);
      }),
    );
    list.show();
  }).finally(() => {
    for (const subscription of subscriptions) {
      subscription.dispose();
    }
  });
}

async function askForKey(
  part: FilePart,
  preview: FilePreview,
  changes: Changes,
): Promise<string | undefined> {
  const typed = await askText({
    title: plainText(`Key of ${part.name}`),
    prompt: "Data that has this key already is replaced.",
    value: keyOf(part, changes),
    validateInput: (key) => refusalOfKey(key, part, preview, changes),
  });
  return typed?.trim();
}

/** Choose the clock of all parts that share one. */
async function askForClock(
  ctx: Context,
  { clock: name }: FilePart,
  { clocks: ofFile, parts }: FilePreview,
  chosen: Map<string, string>,
): Promise<void> {
  const own = ofFile.find((one) => one.name === name);
  const { clocks } = await ctx.daemon.request(methods.dataList, {});
  const count = parts.filter((part) => part.clock === name).length;
  const items = [
    { label: labelText(own?.timeKey ?? name), description: "as the file says", timeKey: undefined },
    ...clocks
      .filter(({ timeKey }) => timeKey !== own?.timeKey)
      .map(({ timeKey, size }) => ({
        label: labelText(timeKey),
        description: `${size.toLocaleString("en")} ticks`,
        timeKey,
      })),
  ];
  const picked = await window.showQuickPick(items, {
    title: plainText(`Clock of ${name}`),
    placeHolder: count === 1 ? "One part is on it" : `${count} parts are on it`,
  });
  if (picked?.timeKey !== undefined) {
    chosen.set(name, picked.timeKey);
  } else if (picked !== undefined) {
    chosen.delete(name);
  }
}
