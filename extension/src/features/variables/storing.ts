// Storing data objects that code has made: asks for key and clock, and lets the console do it, where all can see it.

import { InputBoxValidationSeverity, window } from "vscode";
import type { Context } from "../../context";
import { methods, type Clock, type Variable } from "../../protocol/generated";
import { askText } from "../../ui/ask";
import { labelText, plainText } from "../../ui/text";
import type { Console } from "../console";
import { storingAllStatement, storingStatement } from "./model";

/** Store a variable under a key that the user names. */
export async function storeVariable(ctx: Context, console: Console, variable: Variable): Promise<void> {
  const { keys, clocks } = await ctx.daemon.request(methods.dataList, {});
  const taken = new Map(keys.map(({ key, sizeLabel }) => [key, sizeLabel]));
  const title = `Store ${plainText(variable.expression, 60)}`;
  const key = await askText({
    title,
    prompt: "Data key",
    value: variable.expression,
    validateInput: (typed) => {
      const size = taken.get(typed);
      if (typed === "") {
        return "A data key has a name";
      }
      return size === undefined
        ? undefined
        : {
            message: `This replaces what the key holds (${plainText(size)})`,
            severity: InputBoxValidationSeverity.Warning,
          };
    },
  });
  const timeKey = key === undefined ? undefined : await pickClock(clocks, title);
  if (key !== undefined && timeKey !== undefined) {
    await console.run(storingStatement(variable.expression, key, timeKey));
  }
}

/** Store all data objects among the variables that are not stored yet, under the variables' names. */
export async function storeNewVariables(ctx: Context, console: Console): Promise<void> {
  const { clocks } = await ctx.daemon.request(methods.dataList, {});
  const timeKey = await pickClock(clocks, "Store All New Data Objects");
  if (timeKey !== undefined) {
    const { state } = ctx.daemon;
    const isStopped = state.kind === "running" && state.session.state === "stopped";
    await console.run(storingAllStatement(timeKey, isStopped));
  }
}

/** The clock that the user chooses; the only one there is without a question. */
async function pickClock(clocks: readonly Clock[], title: string): Promise<string | undefined> {
  const items = clocks.map(({ timeKey, size }) => ({
    label: labelText(timeKey),
    description: `${size} ticks`,
    timeKey,
  }));
  if (items.length < 2) {
    return items[0]?.timeKey ?? "time";
  }
  return (await window.showQuickPick(items, { title, placeHolder: "Clock that its indices count" }))?.timeKey;
}
