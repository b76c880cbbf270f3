// The console: VS Code's Interactive Window on the session, and the controllers that run its cells and those of
// notebooks.

import { notebooks, type NotebookController } from "vscode";
import { registerCommand, type Context } from "../../context";
import { methods } from "../../protocol/generated";
import { messageOf, showWarning } from "../../ui/notify";
import { interpreterName } from "../../ui/text";
import { CellRunner, showWaiting, type RunHooks } from "../execution";
import { registerConsoleCompletion } from "./completion";
import { ConsoleWindow, consoleControllerId, type Console } from "./window";

export type { Console } from "./window";

export function activateConsole(ctx: Context, hooks: RunHooks): Console {
  const runner = new CellRunner(ctx, hooks);
  const interruptRun = (): Promise<void> => interrupt(ctx, hooks);
  const controllers = [
    createController(runner, consoleControllerId, "interactive", interruptRun),
    createController(runner, "whiskertoolbox-notebook", "jupyter-notebook", interruptRun),
  ];
  const showInterpreter = (): void => {
    const { state } = ctx.daemon;
    const interpreter = state.kind === "running" ? state.session.interpreter : null;
    for (const controller of controllers) {
      controller.description =
        interpreter === null ? "" : interpreterName(interpreter.name, interpreter.version);
    }
  };
  showInterpreter();
  const session = new ConsoleWindow();
  ctx.subscriptions.push(
    runner,
    showWaiting(runner),
    ...controllers,
    ctx.daemon.onDidChangeState(showInterpreter),
  );
  registerConsoleCompletion(ctx);
  registerCommand(ctx, "whiskertoolbox.openConsole", async () => {
    await session.open({ preserveFocus: false });
    await ctx.daemon.request(methods.sessionStatus, {}); // starts the session if it is not running
  });
  registerCommand(ctx, "whiskertoolbox.interrupt", interruptRun);
  registerCommand(ctx, "whiskertoolbox.restartInterpreter", () =>
    ctx.daemon.request(methods.interpreterRestart, {}),
  );
  registerCommand(ctx, "whiskertoolbox.clearNamespace", () => ctx.daemon.request(methods.namespaceClear, {}));
  return session;
}

function createController(
  runner: CellRunner,
  id: string,
  notebookType: string,
  interruptHandler: () => Promise<void>,
): NotebookController {
  const controller = notebooks.createNotebookController(id, notebookType, "WhiskerToolbox");
  controller.supportedLanguages = ["python"];
  controller.supportsExecutionOrder = true;
  controller.executeHandler = (cells) => runner.runCells(cells, controller);
  controller.interruptHandler = interruptHandler;
  return controller;
}

async function interrupt(ctx: Context, hooks: RunHooks): Promise<void> {
  const interrupted = ctx.daemon.request(methods.interrupt, {});
  // Code that stands at a breakpoint reacts when it goes on; it may have ended before that is answered.
  hooks.resume().catch((error: unknown) => {
    ctx.log.debug(`Resuming for an interrupt: ${messageOf(error)}`);
  });
  const { stopped, stack } = await interrupted;
  if (!stopped) {
    ctx.log.warn(`The code is not responding to the interrupt. It is here:\n${stack}`);
    void showWarning(
      "the code is not responding to the interrupt. Restart the interpreter to stop it; loaded data is kept.",
      "Restart Interpreter",
      "Show Log",
    );
  }
}
