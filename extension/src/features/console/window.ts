// The console's window: VS Code's Interactive Window, opened on demand.

import {
  commands,
  NotebookCellData,
  NotebookCellKind,
  NotebookEdit,
  NotebookRange,
  ViewColumn,
  window,
  workspace,
  WorkspaceEdit,
  type NotebookCell,
  type NotebookDocument,
  type NotebookEditor,
  type Uri,
} from "vscode";
import { originMetadata, type CellOrigin, type RunObserver, type Surroundings } from "../execution";
import { inputScheme } from "./typing";

const extensionId = "whiskertoolbox.whiskertoolbox";
export const consoleControllerId = "whiskertoolbox-console";
export const consoleTitle = "WhiskerToolbox Console";

/** Code for the console, and where it comes from. */
type ConsolePiece = {
  readonly code: string;
  readonly origin: CellOrigin | undefined;
  readonly surroundings?: Surroundings | undefined;
};

/** Where other features put code to run, or text to edit. */
export type Console = {
  /** Open the console, or bring it to the front. */
  open(options: { readonly preserveFocus: boolean }): Promise<NotebookDocument>;
  /** Append a cell and run it; answers when it has ended. */
  run(code: string, origin?: CellOrigin): Promise<void>;
  /** Append cells and run them in order; after an error, those behind it are left out. */
  runAll(pieces: readonly ConsolePiece[]): Promise<void>;
  /** From now on, `observer` is told of all runs. */
  observe(observer: RunObserver): void;
  /** Bring the newest cell with this code into sight; answers whether there is one. */
  reveal(code: string): Promise<boolean>;
  /** Put text where the user writes: the Python editor in front, else the console's input box. */
  insert(text: string): Promise<void>;
};

/** What the command `notebook.cell.execute` takes; a `NotebookRange` would be ignored. */
type ExecuteArguments = {
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  readonly document: Uri;
};

/** What the tab of an Interactive Window tells of it; VS Code's types do not name it. */
type InteractiveTab = { readonly uri: Uri; readonly inputBoxUri: Uri };

type OpenConsole = { readonly notebookUri: Uri; readonly inputUri: Uri };

/** The one Interactive Window of the session; opened again after it was closed, as the session goes on without it. */
export class ConsoleWindow implements Console {
  #window: OpenConsole | undefined;
  #opening: Promise<OpenConsole> | undefined;
  #appending: Promise<unknown> = Promise.resolve();
  readonly #prepare: (document: NotebookDocument) => Promise<void>;

  readonly #observe: (observer: RunObserver) => void;

  constructor(options: {
    /** Called with a window's document each time before it is used. */
    readonly prepare: (document: NotebookDocument) => Promise<void>;
    readonly observe: (observer: RunObserver) => void;
  }) {
    this.#prepare = options.prepare;
    this.#observe = options.observe;
  }

  observe(observer: RunObserver): void {
    this.#observe(observer);
  }

  async reveal(code: string): Promise<boolean> {
    const document = await this.open({ preserveFocus: false });
    const index = document.getCells().findLastIndex((cell) => cell.document.getText() === code);
    if (index < 0) {
      return false;
    }
    visibleEditor(document.uri)?.revealRange(new NotebookRange(index, index + 1));
    return true;
  }

  /** The document of the console, if it is open. */
  get document(): NotebookDocument | undefined {
    const known = this.#window ?? restoredConsole();
    return known === undefined ? undefined : findNotebook(known.notebookUri);
  }

  /** Put a note between the cells. */
  async note(text: string, metadata: Readonly<Record<string, unknown>>): Promise<void> {
    const { document } = this;
    if (document !== undefined) {
      const cell = new NotebookCellData(NotebookCellKind.Markup, text, "markdown");
      cell.metadata = { ...metadata };
      const edit = new WorkspaceEdit();
      edit.set(document.uri, [NotebookEdit.insertCells(document.cellCount, [cell])]);
      await workspace.applyEdit(edit);
    }
  }

  async open(options: { readonly preserveFocus: boolean }): Promise<NotebookDocument> {
    // Several callers may want the console at once: they get the same one.
    this.#opening ??= this.#open(options).finally(() => {
      this.#opening = undefined;
    });
    this.#window = await this.#opening;
    const document = await openedNotebook(this.#window.notebookUri);
    await this.#prepare(document);
    return document;
  }

  run(code: string, origin?: CellOrigin): Promise<void> {
    return this.runAll([{ code, origin }]);
  }

  async runAll(pieces: readonly ConsolePiece[]): Promise<void> {
    if (pieces.length === 0) {
      return;
    }
    const cells = await this.#append(pieces);
    const [range] = cells.ranges;
    const editor = visibleEditor(cells.document);
    if (range !== undefined && editor !== undefined) {
      editor.revealRange(new NotebookRange(range.start, range.end)); // unlike the command's own way, without the focus
    }
    await commands.executeCommand("notebook.cell.execute", cells);
  }

  /** Append a cell without running it. */
  async add(piece: ConsolePiece): Promise<NotebookCell> {
    const { ranges, document } = await this.#append([piece]);
    const notebook = await openedNotebook(document);
    return notebook.cellAt(ranges[0]?.start ?? notebook.cellCount - 1);
  }

  async insert(text: string): Promise<void> {
    const editor = window.activeTextEditor;
    if (editor?.document.languageId === "python" && editor.document.uri.scheme !== inputScheme) {
      await editor.edit((edit) => {
        for (const selection of editor.selections) {
          edit.replace(selection, text);
        }
      });
      await window.showTextDocument(editor.document, editor.viewColumn);
      return;
    }
    await this.open({ preserveFocus: false });
    if (this.#window !== undefined) {
      const input = await workspace.openTextDocument(this.#window.inputUri);
      const edit = new WorkspaceEdit();
      edit.insert(input.uri, input.lineAt(input.lineCount - 1).range.end, text);
      await workspace.applyEdit(edit);
    }
  }

  /** Append cells; one call at a time, so that cells stand in the order in which they were asked for. */
  #append(pieces: readonly ConsolePiece[]): Promise<ExecuteArguments> {
    const appended = this.#appending.then(async () => {
      const document = await this.open({ preserveFocus: true });
      const cells = pieces.map(({ code, origin, surroundings }) => {
        const cell = new NotebookCellData(NotebookCellKind.Code, code, "python");
        cell.metadata = originMetadata(origin, surroundings);
        return cell;
      });
      const index = document.cellCount;
      const edit = new WorkspaceEdit();
      edit.set(document.uri, [NotebookEdit.insertCells(index, cells)]);
      if (!(await workspace.applyEdit(edit))) {
        throw new Error(
          "The console does not take new cells. Close it and open it again; the session goes on.",
        );
      }
      return { ranges: [{ start: index, end: index + cells.length }], document: document.uri };
    });
    this.#appending = appended.catch(() => undefined);
    return appended;
  }

  async #open({ preserveFocus }: { readonly preserveFocus: boolean }): Promise<OpenConsole> {
    const known = this.#window ?? restoredConsole();
    const isOpen =
      known !== undefined && (this.#window === undefined || findNotebook(known.notebookUri) !== undefined);
    if (isOpen && preserveFocus && visibleEditor(known.notebookUri) !== undefined) {
      return known;
    }
    return commands.executeCommand<OpenConsole>(
      "interactive.open",
      { viewColumn: ViewColumn.Beside, preserveFocus },
      isOpen ? known.notebookUri : undefined,
      `${extensionId}/${consoleControllerId}`,
      consoleTitle,
    );
  }
}

/** The console that VS Code has brought back after a reload of the window. */
function restoredConsole(): OpenConsole | undefined {
  for (const tab of window.tabGroups.all.flatMap((group) => group.tabs)) {
    const input = tab.input as Partial<InteractiveTab> | undefined;
    if (tab.label === consoleTitle && input?.uri !== undefined && input.inputBoxUri !== undefined) {
      return { notebookUri: input.uri, inputUri: input.inputBoxUri };
    }
  }
  return undefined;
}

function findNotebook(uri: Uri): NotebookDocument | undefined {
  return workspace.notebookDocuments.find(
    (document) => !document.isClosed && document.uri.toString() === uri.toString(),
  );
}

function visibleEditor(uri: Uri): NotebookEditor | undefined {
  return window.visibleNotebookEditors.find((editor) => editor.notebook.uri.toString() === uri.toString());
}

/** The document of a window that was just opened; it may become known a little later than the window. */
function openedNotebook(uri: Uri): Promise<NotebookDocument> {
  const document = findNotebook(uri);
  if (document !== undefined) {
    return Promise.resolve(document);
  }
  return new Promise((resolve) => {
    const waiting = workspace.onDidOpenNotebookDocument((opened) => {
      if (opened.uri.toString() === uri.toString()) {
        waiting.dispose();
        resolve(opened);
      }
    });
  });
}
