// What a batch goes over, and its start in the console.

import { window, workspace } from "vscode";
import type { Context } from "../../context";
import { methods, type DataGroup, type DataKey } from "../../protocol/generated";
import { showInformation } from "../../ui/notify";
import { labelText } from "../../ui/text";
import type { Console } from "../console";
import { revealBatches } from "./batches";
import { batchCode, entityKinds, sessionFolder, sessionsCode } from "./model";

/** What every session folder holds. */
const sessionFiles = "**/.whiskertoolbox/session/catalogue.sqlite";

/** What a batch may go over: the name of a data key or a group. */
type OverItem = { readonly label: string; readonly description: string; readonly over: string };

/** Let the user choose what a pipeline, given as Python, is run for, and run it in the console. */
export async function startBatch(ctx: Context, console: Console, pipeline: string): Promise<void> {
  const { keys, groups } = await ctx.daemon.request(methods.dataList, {});
  const sessions = { label: "$(folder) Session folders…", over: "" };
  const over = await window.showQuickPick([...overItems(keys, groups), sessions], {
    title: "Batch",
    placeHolder: "Run the pipeline on the data of each interval, event or entry of, or in each session of",
    matchOnDescription: true,
    ignoreFocusOut: true, // a page that has just been shown takes the focus
  });
  if (over === sessions) {
    const folders = await chooseSessions();
    if (folders.length === 0) {
      await showInformation("No session was chosen; nothing was run.");
      return;
    }
    await start(console, sessionsCode(pipeline, folders));
  } else if (over !== undefined) {
    await start(console, batchCode(pipeline, over.over));
  }
}

/** Let sessions be chosen: of those in the workspace, or any folders. */
async function chooseSessions(): Promise<readonly string[]> {
  const files = await workspace.findFiles(sessionFiles, null, 1000);
  const known = files.map(({ fsPath }) => sessionFolder(fsPath)).toSorted();
  const others = { label: "$(folder-opened) Other folders…", path: "" };
  const chosen =
    known.length === 0
      ? [others]
      : ((await window.showQuickPick(
          [...known.map((path) => ({ label: labelText(workspace.asRelativePath(path)), path })), others],
          {
            title: "Batch: sessions of this workspace",
            placeHolder: "Each keeps what the pipeline makes in it",
            canPickMany: true,
            ignoreFocusOut: true,
          },
        )) ?? []);
  const picked = chosen.filter((one) => one !== others).map(({ path }) => path);
  if (!chosen.includes(others)) {
    return picked;
  }
  const folders = await window.showOpenDialog({
    title: "Batch: choose session folders",
    openLabel: "Run",
    canSelectFolders: true,
    canSelectFiles: false,
    canSelectMany: true,
  });
  return folders === undefined ? [] : [...picked, ...folders.map(({ fsPath }) => fsPath)];
}

/** The data keys whose entries have identities, and the groups of them, as items of a list. */
function overItems(keys: readonly DataKey[], groups: readonly DataGroup[]): readonly OverItem[] {
  const ofKeys = keys
    .filter(({ type }) => entityKinds.includes(type))
    .map(({ key, sizeLabel }) => ({ label: labelText(key), description: labelText(sizeLabel), over: key }));
  const ofGroups = groups.map(({ name, size }) => ({
    label: `$(group-by-ref-type) ${labelText(name)}`,
    description: `group of ${size.toLocaleString("en")}`,
    over: name,
  }));
  return [...ofKeys, ...ofGroups];
}

async function start(console: Console, code: string): Promise<void> {
  await revealBatches();
  await console.run(code);
}
