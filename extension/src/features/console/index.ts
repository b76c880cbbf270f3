// The console: VS Code's Interactive Window on the session, and the controllers that run its cells and those of
// notebooks.

import { writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  commands,
  notebooks,
  Uri,
  window,
  workspace,
  type NotebookCell,
  type NotebookController,
  type NotebookDocument,
} from "vscode";
import { registerCommand, type Context } from "../../context";
import { methods } from "../../protocol/generated";
import { showHint, showWarning } from "../../ui/notify";
import { interpreterName, labelText, markdownText } from "../../ui/text";
import { CellRunner, originOf, showWaiting, surroundingsOf, type RunHooks } from "../execution";
import { registerAssistance } from "./assistance";
import { exported, type ExportFormat } from "./export";
import { ranBefore } from "./model";
import { activatePrelude } from "./prelude";
import { resumeLeftRuns, resumeRuns } from "./resume";
import { savedCell, Transcript } from "./transcript";
import { beginning } from "./transcriptModel";
import { activateTyping } from "./typing";
import { consoleTitle, ConsoleWindow, consoleControllerId, type Console } from "./window";

export type { Console } from "./window";

export function activateConsole(ctx: Context, hooks: RunHooks): Console {
  const runner = new CellRunner(ctx, hooks);
  const interruptRun = (): Promise<void> => interrupt(ctx);
  const controllers = [
    createController(runner, consoleControllerId, "interactive", interruptRun),
    createController(runner, "whiskertoolbox-notebook", "jupyter-notebook", interruptRun),
  ];
  const showInterpreter = (): void => {
    const { state } = ctx.daemon;
    const interpreter = state.kind === "running" ? state.session.interpreter : null;
    for (const controller of controllers) {
      controller.description =
        interpreter === null ? "" : labelText(interpreterName(interpreter.name, interpreter.version));
    }
  };
  showInterpreter();
  const typing = activateTyping(ctx, (code) => session.run(code));
  const transcript = new Transcript(ctx, join(ctx.storage.fsPath, "console-transcript.jsonl"));
  const session: ConsoleWindow = new ConsoleWindow({
    prepare: async (document) => {
      await transcript.restore(document);
      await noteInterpreter(ctx, session, document);
    },
    observe: (observer) => {
      runner.observe(observer);
    },
  });
  const isOfConsole = ({ notebook }: NotebookCell): boolean =>
    notebook.uri.toString() === session.document?.uri.toString();
  const cellChanged = (cell: NotebookCell): void => {
    if (isOfConsole(cell)) {
      transcript.changed(cell.notebook);
    }
  };
  runner.observe({
    started(cell) {
      if (isOfConsole(cell)) {
        typing.remember(cell.document.getText());
      }
    },
    ended: cellChanged,
    shown: cellChanged,
  });
  const restoreOpen = async (document: NotebookDocument): Promise<void> => {
    if (document.uri.toString() === session.document?.uri.toString()) {
      await transcript.restore(document);
      await noteInterpreter(ctx, session, document);
    }
  };
  for (const document of workspace.notebookDocuments) {
    void restoreOpen(document); // brought back by a reload, before we were
  }
  const resuming = resumeLeftRuns(ctx, () =>
    resumeRuns(ctx, runner, session, ({ notebookType }) =>
      controllers.find((controller) => controller.notebookType === notebookType),
    ),
  );
  ctx.subscriptions.push(
    resuming,
    runner,
    showWaiting(runner),
    transcript,
    ...controllers,
    ctx.daemon.onDidChangeState(() => {
      showInterpreter();
      const { document } = session;
      if (document !== undefined) {
        void noteInterpreter(ctx, session, document);
      }
    }),
    workspace.onDidOpenNotebookDocument((document) => void restoreOpen(document)),
    workspace.onDidCloseNotebookDocument(() => void transcript.flush()),
  );
  registerAssistance(ctx);
  activatePrelude(ctx);
  followConsoleTab(ctx);
  registerCommand(ctx, "whiskertoolbox.openConsole", async () => {
    await session.open({ preserveFocus: false });
    await ctx.daemon.request(methods.sessionStatus, {}); // starts the session if it is not running
  });
  registerCommand(ctx, "whiskertoolbox.interrupt", interruptRun);
  registerCommand(ctx, "whiskertoolbox.restartInterpreter", () =>
    ctx.daemon.request(methods.interpreterRestart, {}),
  );
  registerCommand(ctx, "whiskertoolbox.clearNamespace", () => ctx.daemon.request(methods.namespaceClear, {}));
  registerCommand(ctx, "whiskertoolbox.clearConsole", async () => {
    const { document } = session;
    await transcript.clear(document);
    if (document !== undefined) {
      notedInterpreters.delete(document);
      await noteInterpreter(ctx, session, document);
    }
  });
  registerCommand(ctx, "whiskertoolbox.runAgainWhatRan", () => runAgainWhatRan(session));
  registerCommand(ctx, "whiskertoolbox.exportConsole", async () => {
    await exportConsole(await session.open({ preserveFocus: true }));
  });
  return session;
}

/** Which interpreter the last note in a window is about. */
const notedInterpreters = new WeakMap<NotebookDocument, number>();

/** Say in the console which interpreter begins, each once. */
async function noteInterpreter(
  ctx: Context,
  console: ConsoleWindow,
  document: NotebookDocument,
): Promise<void> {
  const { state } = ctx.daemon;
  const interpreter = state.kind === "running" ? state.session.interpreter : null;
  if (state.kind !== "running" || interpreter === null || interpreter.processId === 0) {
    return; // its version is not known before it is ready
  }
  const last = notedInterpreters.get(document) ?? document.getCells().map(begun).findLast(Boolean);
  if (last === interpreter.processId) {
    return;
  }
  notedInterpreters.set(document, interpreter.processId);
  const text = beginning({
    python: markdownText(interpreterName(interpreter.name, interpreter.version)),
    session: markdownText(basename(dirname(dirname(state.session.sessionPath)))),
    previous: last !== undefined,
    time: new Date().toLocaleTimeString(),
  });
  await console.note(text, { whiskertoolboxInterpreter: interpreter.processId });
}

/** The interpreter whose beginning a cell notes. */
function begun({ metadata }: NotebookCell): number | undefined {
  const noted = metadata["whiskertoolboxInterpreter"] as unknown;
  return typeof noted === "number" ? noted : undefined;
}

/** Run in this interpreter what ran in the one before it; what failed there, or ended it, is left out. */
async function runAgainWhatRan(console: ConsoleWindow): Promise<void> {
  const document = await console.open({ preserveFocus: true });
  const cells = ranBefore(document.getCells(), (cell) => {
    return begun(cell) !== undefined
      ? "beginning"
      : cell.executionSummary?.success === true
        ? "ran"
        : "other";
  });
  if (cells.length === 0) {
    showHint("nothing ran in an interpreter before this one");
  }
  await console.runAll(
    cells.map((cell) => ({
      code: cell.document.getText(),
      origin: originOf(cell),
      surroundings: surroundingsOf(cell),
    })),
  );
}

/** Key bindings of the input box ask whether the tab in front is our console, and not another extension's. */
function followConsoleTab(ctx: Context): void {
  const tell = (): void => {
    const isOurs = window.tabGroups.activeTabGroup.activeTab?.label === consoleTitle;
    void commands.executeCommand("setContext", "whiskertoolbox.consoleInFront", isOurs);
  };
  tell();
  ctx.subscriptions.push(window.tabGroups.onDidChangeTabs(tell), window.tabGroups.onDidChangeTabGroups(tell));
}

const exportFilters: Readonly<Record<string, ExportFormat[]>> = {
  "Jupyter notebook": ["ipynb"],
  "Python script": ["py"],
  "Web page": ["html"],
};

async function exportConsole(document: NotebookDocument): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const chosen = await window.showSaveDialog({
    title: "Export Console",
    filters: exportFilters,
    ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, "console.ipynb") }),
  });
  if (chosen === undefined) {
    return;
  }
  const format = (["py", "ipynb", "html"] as const).find((ending) => chosen.fsPath.endsWith(`.${ending}`));
  if (format === undefined) {
    throw new Error("The console is exported to files that end in .py, .ipynb or .html. Choose such a name.");
  }
  await writeFile(chosen.fsPath, exported(format, document.getCells().map(savedCell)));
  await commands.executeCommand("vscode.open", chosen);
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

async function interrupt(ctx: Context): Promise<void> {
  const { stopped, stack } = await ctx.daemon.request(methods.interrupt, {});
  if (!stopped) {
    ctx.log.warn(`The code is not responding to the interrupt. It is here:\n${stack}`);
    void showWarning(
      "the code is not responding to the interrupt. Restart the interpreter to stop it; loaded data is kept.",
      "Restart Interpreter",
      "Show Log",
    );
  }
}
