// Variables of VS Code's own debug view, where code stands: shown as a table, and drawn.

import { registerCommand, type Context } from "../../context";
import { showHint } from "../../ui/notify";
import type { Console } from "../console";
import type { Debugging } from "../debug";
import type { Tables } from "../tables";
import { debuggedExpression, isName, viewingStatement } from "./model";

export function registerDebugged(
  ctx: Context,
  console: Console,
  tables: Tables,
  debugging: Pick<Debugging, "looksAtAnotherProcess">,
): void {
  const chosen = (item: unknown): string | undefined => {
    if (debugging.looksAtAnotherProcess) {
      showHint("This variable is in another process than the session's.");
      return undefined;
    }
    const expression = debuggedExpression(item);
    if (expression === "") {
      showHint("This part has no name of its own: assign it to one in the console.");
      return undefined;
    }
    return expression;
  };
  registerCommand(ctx, "whiskertoolbox.showDebugged", (item: unknown) => {
    const expression = chosen(item);
    if (expression === undefined) {
      return;
    }
    if (isName(expression)) {
      tables.show([expression], expression);
    } else {
      showHint("This is a part of a variable: the Variables view of WhiskerToolbox shows it as a table.");
    }
  });
  registerCommand(ctx, "whiskertoolbox.plotDebugged", async (item: unknown) => {
    const expression = chosen(item);
    if (expression !== undefined) {
      await console.run(viewingStatement(expression));
    }
  });
}
