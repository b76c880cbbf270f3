// Running from a Python editor: selection, statement at the cursor, cell, file.

import {
  CodeLens,
  EventEmitter,
  languages,
  Position,
  Range,
  Selection,
  TextEditorRevealType,
  window,
  workspace,
  type CodeLensProvider,
  type TextDocument,
  type TextEditor,
  Uri,
} from "vscode";
import { registerCommand, type Context } from "../../context";
import { methods, type Statement } from "../../protocol/generated";
import { setting } from "../../settings";
import { showHint } from "../../ui/notify";
import type { Console } from "../console";
import type { Surroundings } from "../execution";
import { quoted } from "./arguments";
import { registerFileDrops } from "./drops";
import { askArguments, chooseRecentScript, newScript, rememberScript } from "./scripts";
import { cellAt, hasCode, neighbouringCell, parseCells, pieceOfLines, type Cell, type Piece } from "./model";
import { markFailures, showForAMoment } from "./marks";

export function activateRun(ctx: Context, console: Console): void {
  registerCommand(ctx, "whiskertoolbox.runSelection", () => runSelection(ctx, console));
  registerCommand(ctx, "whiskertoolbox.runFile", async (uri?: Uri) => {
    const path = await savedPythonFile(uri);
    await rememberScript(ctx, path);
    await runFile(console, path);
  });
  registerCommand(ctx, "whiskertoolbox.runFileWithArguments", async (uri?: Uri) => {
    const path = await savedPythonFile(uri);
    const args = await askArguments(ctx, path);
    if (args !== undefined) {
      await rememberScript(ctx, path);
      await runFile(console, path, args);
    }
  });
  registerCommand(ctx, "whiskertoolbox.recentScripts", async () => {
    const path = await chooseRecentScript(ctx);
    if (path !== undefined) {
      await rememberScript(ctx, path);
      await runFile(console, await savedPythonFile(Uri.file(path)));
    }
  });
  registerCommand(ctx, "whiskertoolbox.newScript", () => newScript(ctx));
  registerCommand(ctx, "whiskertoolbox.runCell", (uri?: Uri, line?: number) =>
    runCells(console, uri, line, "this"),
  );
  registerCommand(ctx, "whiskertoolbox.runCellsAbove", (uri?: Uri, line?: number) =>
    runCells(console, uri, line, "above"),
  );
  registerCommand(ctx, "whiskertoolbox.runCellsBelow", (uri?: Uri, line?: number) =>
    runCells(console, uri, line, "below"),
  );
  registerCommand(ctx, "whiskertoolbox.runToLine", () => runLines(console, "to"));
  registerCommand(ctx, "whiskertoolbox.runFromLine", () => runLines(console, "from"));
  registerCommand(ctx, "whiskertoolbox.runAllCells", () => runCells(console, undefined, undefined, "all"));
  registerCommand(ctx, "whiskertoolbox.runAgain", async () => {
    if (lastPieces === undefined) {
      showHint("nothing has been run from an editor yet");
    } else {
      await console.runAll(lastPieces);
    }
  });
  registerCommand(ctx, "whiskertoolbox.goToNextCell", () => {
    goToCell(1);
  });
  registerCommand(ctx, "whiskertoolbox.goToPreviousCell", () => {
    goToCell(-1);
  });
  registerCodeLenses(ctx);
  registerFileDrops(ctx);
  markFailures(ctx, console);
}

/** Run a saved script in the session; answers when it has ended. */
export async function runFile(
  console: Console,
  path: string,
  args: readonly string[] = [],
  options: Surroundings = {},
): Promise<void> {
  const shown = [workspace.asRelativePath(path, false), ...args].map(quoted).join(" ");
  await console.run(`%run ${shown}`, { kind: "file", path, arguments: args, ...options });
}

/** Run a module as `python -m` does, in the session. */
export async function runModule(
  console: Console,
  module: string,
  args: readonly string[],
  surroundings: Surroundings,
): Promise<void> {
  const code = ["%run -m", ...[module, ...args].map(quoted)].join(" ");
  await console.runAll([{ code, origin: undefined, surroundings }]);
}

/** Path of the given Python file, else of the active editor's, saved first. */
export async function savedPythonFile(uri: Uri | undefined): Promise<string> {
  const document = uri === undefined ? activePythonEditor().document : await workspace.openTextDocument(uri);
  if (document.isUntitled || document.isDirty) {
    if (!(await document.save())) {
      throw new Error("The file was not saved, so it was not run.");
    }
  }
  // Saving an untitled document opens the saved file in its place.
  const saved = document.isUntitled ? activePythonEditor().document : document;
  return saved.uri.fsPath;
}

function activePythonEditor(): TextEditor {
  const editor = window.activeTextEditor;
  if (editor?.document.languageId !== "python") {
    throw new Error("No Python editor is active. Open a Python file first.");
  }
  return editor;
}

/** Run what is selected, else the statement at the cursor. */
export async function runSelection(ctx: Context, console: Console, stopOnEntry = false): Promise<void> {
  const { document, selections } = activePythonEditor();
  const selected = selections.filter((selection) => !selection.isEmpty);
  const pieces =
    selected.length > 0
      ? selected.map((selection) => selectedPiece(document, selection))
      : [await takeStatement(ctx)];
  await start(console, document, pieces, stopOnEntry);
}

/** The selected code; when only indentation stands before it, as if it had been selected too. */
function selectedPiece(document: TextDocument, selection: Selection): Piece | undefined {
  const { start, end } = selection;
  const before = document.getText(new Range(start.line, 0, start.line, start.character));
  const from = before.trim() === "" ? new Position(start.line, 0) : start;
  const lines = document.getText(new Range(from, end)).split(/\r?\n/);
  const piece = pieceOfLines(lines, 0, lines.length - 1);
  return piece && { code: piece.code, line: start.line + piece.line };
}

let lastTaken: Promise<unknown> = Promise.resolve();

/** The statement at the cursor, which moves on to the next; one at a time, so that keys pressed fast take each once. */
function takeStatement(ctx: Context): Promise<Piece | undefined> {
  const taken = lastTaken.then(async () => {
    const editor = activePythonEditor();
    const { document } = editor;
    const statement = await statementAtCaret(ctx, editor);
    if (statement === null) {
      showHint("no statement at or below the cursor");
      return undefined;
    }
    moveCaret(editor, statement.nextLine);
    const lines = document
      .getText(new Range(statement.startLine, 0, statement.endLine + 1, 0))
      .split(/\r?\n/);
    const piece = pieceOfLines(lines, 0, statement.endLine - statement.startLine);
    return piece && { code: piece.code, line: statement.startLine + piece.line };
  });
  lastTaken = taken.catch(() => undefined);
  return taken;
}

/** The daemon knows the document as it was when it was asked: what is typed meanwhile asks again. */
async function statementAtCaret(ctx: Context, editor: TextEditor): Promise<Statement | null> {
  const { document, selection } = editor;
  const { version } = document;
  const uri = document.uri.toString();
  const { statement } = await ctx.daemon.request(methods.statementAt, {
    uri,
    line: selection.active.line,
    block: setting("runSelection.block"),
  });
  return document.version === version ? statement : statementAtCaret(ctx, editor);
}

function moveCaret(editor: TextEditor, line: number): void {
  const { document } = editor;
  const target = document.lineAt(Math.min(line, document.lineCount - 1));
  const position = new Position(target.lineNumber, target.firstNonWhitespaceCharacterIndex);
  editor.selection = new Selection(position, position);
  editor.revealRange(target.range, TextEditorRevealType.InCenterIfOutsideViewport);
}

/** The lines up to the cursor's, or from it on, both with it. */
async function runLines(console: Console, which: "to" | "from"): Promise<void> {
  const { document, selection } = activePythonEditor();
  const { line } = selection.active;
  const lines = linesOf(document);
  const piece = which === "to" ? pieceOfLines(lines, 0, line) : pieceOfLines(lines, line, lines.length - 1);
  await start(console, document, [piece]);
}

function goToCell(step: 1 | -1): void {
  const editor = activePythonEditor();
  const line = neighbouringCell(parseCells(linesOf(editor.document)), editor.selection.active.line, step);
  if (line === undefined) {
    showHint(step === 1 ? "there is no cell below" : "there is no cell above");
  } else {
    moveCaret(editor, line);
  }
}

type Which = "this" | "above" | "below" | "all";

/** Run cells of a file, by a line in one of them. */
export async function runCells(
  console: Console,
  uri: Uri | undefined,
  line: number | undefined,
  which: Which,
  stopOnEntry = false,
): Promise<void> {
  const document = uri === undefined ? activePythonEditor().document : await workspace.openTextDocument(uri);
  const lines = linesOf(document);
  const caret = line ?? activePythonEditor().selection.active.line;
  const cells = parseCells(lines);
  const here = cellAt(cells, caret) ?? cells[0];
  // A file without markers is one cell.
  const wanted: readonly Pick<Cell, "startLine" | "endLine" | "kind">[] =
    here === undefined
      ? [{ startLine: 0, endLine: lines.length - 1, kind: "code" }]
      : cells.filter((cell) => isWanted(cell, here, which));
  const pieces = wanted
    .filter((cell) => cell.kind === "code" && hasCode(lines.slice(cell.startLine, cell.endLine + 1)))
    .map((cell) => pieceOfLines(lines, cell.startLine, cell.endLine));
  if (pieces.length === 0) {
    showHint("there is no code to run here");
  }
  await start(console, document, pieces, stopOnEntry);
}

function isWanted(cell: Cell, here: Cell, which: Which): boolean {
  switch (which) {
    case "this":
      return cell === here;
    case "above":
      return cell.endLine < here.startLine;
    case "all":
      return true;
    case "below":
      return cell.startLine >= here.startLine;
  }
}

async function start(
  console: Console,
  document: TextDocument,
  pieces: readonly (Piece | undefined)[],
  stopOnEntry = false,
): Promise<void> {
  // Only a file on disk has a place that breakpoints and tracebacks can point to.
  const isOnDisk = document.uri.scheme === "file";
  const wanted = pieces.filter((piece) => piece !== undefined);
  showForAMoment(document, wanted);
  lastPieces = wanted.map(({ code, line }) => ({
    code,
    origin: isOnDisk ? { kind: "code", path: document.uri.fsPath, line } : undefined,
  }));
  // Only the first one: what is run again later is run as usual.
  const [first, ...others] = lastPieces;
  const isEntry = stopOnEntry && first?.origin !== undefined;
  await console.runAll(
    isEntry ? [{ code: first.code, origin: { ...first.origin, stopOnEntry } }, ...others] : lastPieces,
  );
}

/** What *Run Again* runs. */
let lastPieces: Parameters<Console["runAll"]>[0] | undefined;

function linesOf(document: TextDocument): readonly string[] {
  return document.getText().split(/\r?\n/);
}

function registerCodeLenses(ctx: Context): void {
  const changes = new EventEmitter<void>();
  const provider: CodeLensProvider = {
    onDidChangeCodeLenses: changes.event,
    provideCodeLenses: (document) => (setting("run.codeLenses") ? codeLenses(document) : []),
  };
  ctx.subscriptions.push(
    changes,
    languages.registerCodeLensProvider({ language: "python", scheme: "file" }, provider),
    languages.registerCodeLensProvider({ language: "python", scheme: "untitled" }, provider),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("whiskertoolbox.run.codeLenses")) {
        changes.fire();
      }
    }),
  );
}

function codeLenses(document: TextDocument): CodeLens[] {
  return parseCells(linesOf(document))
    .filter((cell) => cell.kind === "code")
    .flatMap((cell, index) => {
      const range = new Range(cell.startLine, 0, cell.startLine, 0);
      const args = [document.uri, cell.startLine];
      const run = { title: "$(play) Run Cell", command: "whiskertoolbox.runCell", arguments: args };
      const above = { title: "Run Above", command: "whiskertoolbox.runCellsAbove", arguments: args };
      const below = { title: "Run Below", command: "whiskertoolbox.runCellsBelow", arguments: args };
      return [run, ...(index === 0 ? [] : [above]), below].map((command) => new CodeLens(range, command));
    });
}
