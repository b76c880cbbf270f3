// Synchronising the clocks of two devices: choose what both have recorded, read the report, keep the clock.

import { window } from "vscode";
import { registerCommand, type Context } from "../../context";
import { methods, type DataKey } from "../../protocol/generated";
import { askText } from "../../ui/ask";
import { showInformation } from "../../ui/notify";
import { labelText, plainText } from "../../ui/text";
import type { Console } from "../console";
import { choices, means, proposedClock, storeCode, synchroniseCode } from "./model";

const title = "Synchronise Clocks";

export function activateSynchronise(ctx: Context, console: Console): void {
  registerCommand(ctx, "whiskertoolbox.synchroniseClocks", async () => {
    const how = await window.showQuickPick(means, { title, placeHolder: "By what?", matchOnDetail: true });
    if (how === undefined) {
      return;
    }
    const { keys, clocks } = await ctx.daemon.request(methods.dataList, {});
    const own = await pickKey(choices(keys, how.own.kinds), how.own.placeHolder);
    const other = own && (await pickKey(choices(keys, how.other.kinds, own), how.other.placeHolder));
    if (own === undefined || other === undefined) {
      return;
    }
    const code = synchroniseCode(how.function, own.key, other.key);
    await console.run(code);
    if (!(await hasSucceeded(console, code))) {
      return; // the console says why
    }
    const onIt = keys.filter(({ timeKey }) => timeKey === own.timeKey).map(({ key }) => key);
    const moved = await pickWhatToKeep(own, onIt);
    const taken = clocks.map(({ timeKey }) => timeKey);
    const name = moved && (await askName(proposedClock(own, other, taken), taken));
    if (moved !== undefined && name !== undefined) {
      await console.run(storeCode(name, moved));
    }
  });
}

async function pickKey(keys: readonly DataKey[], placeHolder: string): Promise<DataKey | undefined> {
  if (keys.length === 0) {
    void showInformation(`there is no data key for this: ${placeHolder}.`);
    return undefined;
  }
  const items = keys.map((data) => ({
    label: labelText(data.key),
    description: labelText(`${data.sizeLabel} · ${data.timeKey}`),
    data,
  }));
  const chosen = await window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  return chosen?.data;
}

/** Whether the newest cell with this code ran to its end. */
async function hasSucceeded(console: Console, code: string): Promise<boolean> {
  const document = await console.open({ preserveFocus: true });
  const cell = document.getCells().findLast((one) => one.document.getText() === code);
  return cell?.executionSummary?.success === true;
}

/** Choose which keys are put on the new clock; undefined when it is not to be kept. */
async function pickWhatToKeep(own: DataKey, onIt: readonly string[]): Promise<readonly string[] | undefined> {
  const items = [
    {
      label: labelText(`Store It, and Put All Data of "${own.timeKey}" on It`),
      detail: plainText(onIt.join(", "), 80),
      keys: onIt,
    },
    { label: "Store It as a Clock", detail: "Data stays on the clocks that it is on", keys: [] },
  ];
  const chosen = await window.showQuickPick(items, {
    title,
    placeHolder: "The report is in the console. Keep the clock?",
    ignoreFocusOut: true, // the report is to be read first
  });
  return chosen?.keys;
}

function askName(proposed: string, taken: readonly string[]): Thenable<string | undefined> {
  return askText({
    title,
    prompt: "Name of the new clock",
    value: proposed,
    ignoreFocusOut: true,
    validateInput: (name) =>
      name.trim() === ""
        ? "Type a name."
        : taken.includes(name)
          ? `There is a clock "${name}" already.`
          : undefined,
  });
}
