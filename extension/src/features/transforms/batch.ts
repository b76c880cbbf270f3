// What a batch goes over, and its start in the console.

import { window } from "vscode";
import type { Context } from "../../context";
import { methods } from "../../protocol/generated";
import { askText } from "../../ui/ask";
import { showInformation } from "../../ui/notify";
import { labelText } from "../../ui/text";
import type { Console } from "../console";
import { revealBatches } from "./batches";
import { batchCode, entityKinds, keysOfKinds, sessionsCode } from "./model";

/** Let the user choose what a pipeline, given as Python, is run for, and run it in the console. */
export async function startBatch(ctx: Context, console: Console, pipeline: string): Promise<void> {
  const { keys } = await ctx.daemon.request(methods.dataList, {});
  const named = { label: "$(group-by-ref-type) Members of a group…", key: "" };
  const sessions = { label: "$(folder) Session folders…", key: "" };
  const items = keysOfKinds(keys, entityKinds).map((key) => ({ label: labelText(key), key }));
  const over = await window.showQuickPick([...items, named, sessions], {
    title: "Batch",
    placeHolder: "Run the pipeline on the data of each interval, event or entry of, or in each session of",
    ignoreFocusOut: true, // a page that has just been shown takes the focus
  });
  if (over === sessions) {
    const folders = await window.showOpenDialog({
      title: "Batch: choose session folders",
      openLabel: "Run",
      canSelectFolders: true,
      canSelectFiles: false,
      canSelectMany: true,
    });
    if (folders === undefined || folders.length === 0) {
      await showInformation("No session folder was chosen; nothing was run.");
      return;
    }
    const paths = folders.map((folder) => folder.fsPath);
    await start(console, sessionsCode(pipeline, paths));
  } else if (over === named) {
    const group = await askText({ title: "Batch", prompt: "Name of the group" });
    if (group !== undefined && group !== "") {
      await start(console, batchCode(pipeline, group));
    }
  } else if (over !== undefined) {
    await start(console, batchCode(pipeline, over.key));
  }
}

async function start(console: Console, code: string): Promise<void> {
  await revealBatches();
  await console.run(code);
}
