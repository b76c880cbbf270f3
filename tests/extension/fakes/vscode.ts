// A stand-in for the module `vscode`, which exists only inside VS Code: as much of it as the tested features use.

export class EventEmitter<T> {
  readonly #listeners = new Set<(value: T) => void>();

  readonly event = (listener: (value: T) => void): { dispose(): void } => {
    this.#listeners.add(listener);
    return {
      dispose: () => {
        this.#listeners.delete(listener);
      },
    };
  };

  fire(value: T): void {
    for (const listener of this.#listeners) {
      listener(value);
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

export class NotebookCellOutputItem {
  readonly data: Uint8Array;
  readonly mime: string;

  constructor(data: Uint8Array, mime: string) {
    this.data = data;
    this.mime = mime;
  }
}

export class NotebookCellOutput {
  items: NotebookCellOutputItem[];

  constructor(items: NotebookCellOutputItem[]) {
    this.items = items;
  }
}

export class TreeItem {
  readonly label: string;
  readonly collapsibleState: number | undefined;

  constructor(label: string, collapsibleState?: number) {
    this.label = label;
    this.collapsibleState = collapsibleState;
  }
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };

export class ThemeIcon {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}

export class MarkdownString {
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }
}

/** A tree view and what feeds it, as a feature has made them. */
export type FakeTreeView = {
  readonly treeDataProvider: unknown;
  readonly dragAndDropController: unknown;
  readonly selection: readonly unknown[];
  readonly visible: boolean;
  /** The rows that were scrolled to and selected. */
  readonly revealed: unknown[];
  message: string;
  reveal(node: unknown): Promise<void>;
  dispose(): void;
};

export const treeViews = new Map<string, FakeTreeView>();
export const registeredCommands = new Map<string, (...args: unknown[]) => unknown>();

/** What was shown, oldest first. */
export const shownMessages: { readonly text: string; readonly buttons: readonly unknown[] }[] = [];
/** The button that the user chooses next. */
export const choice: { next: string | undefined } = { next: undefined };

function show(text: string, ...buttons: readonly unknown[]): Promise<string | undefined> {
  shownMessages.push({ text, buttons });
  const chosen = choice.next;
  choice.next = undefined;
  return Promise.resolve(chosen);
}

/** What the user types into boxes and chooses of lists, in order; undefined leaves them. */
export const typed: (string | undefined)[] = [];
/** The boxes and lists that were shown. */
export const asked: { readonly title?: string; readonly validateInput?: (text: string) => unknown }[] = [];

/** The path that the user chooses of a dialog next. */
export const chosenPath: { next: string | undefined } = { next: undefined };

export const Uri = { file: (fsPath: string) => ({ fsPath }), parse: (text: string) => new URL(text) };

export const ProgressLocation = { SourceControl: 1, Window: 10, Notification: 15 };

export const InputBoxValidationSeverity = { Info: 1, Warning: 2, Error: 3 };

export const window = {
  showInputBox(options: (typeof asked)[number] & { readonly value?: string }): Promise<string | undefined> {
    asked.push(options);
    return Promise.resolve(typed.length === 0 ? options.value : typed.shift());
  },
  showQuickPick<T extends { readonly label: string }>(
    items: readonly T[],
    options: (typeof asked)[number] & { readonly canPickMany?: boolean },
  ): Promise<T | readonly T[] | undefined> {
    asked.push(options);
    const label = typed.shift();
    const chosen = items.filter((item) => item.label === label);
    return Promise.resolve(options.canPickMany === true ? chosen : chosen[0]);
  },
  showSaveDialog(options: (typeof asked)[number]): Promise<{ readonly fsPath: string } | undefined> {
    asked.push(options);
    const { next } = chosenPath;
    return Promise.resolve(next === undefined ? undefined : { fsPath: next });
  },
  withProgress<T>(
    _options: unknown,
    work: (progress: { report(): void }, token: { isCancellationRequested: boolean }) => Promise<T>,
  ): Promise<T> {
    return work({ report: () => undefined }, { isCancellationRequested: false });
  },
  showErrorMessage: show,
  showWarningMessage: show,
  showInformationMessage: show,
  setStatusBarMessage: show,
  createTreeView(
    id: string,
    parts: { readonly treeDataProvider: unknown; readonly dragAndDropController?: unknown },
  ): FakeTreeView {
    const { treeDataProvider, dragAndDropController } = parts;
    const view: FakeTreeView = {
      treeDataProvider,
      dragAndDropController,
      selection: [],
      visible: true,
      revealed: [],
      message: "",
      reveal(node) {
        this.revealed.push(node);
        return Promise.resolve();
      },
      dispose: () => undefined,
    };
    treeViews.set(id, view);
    return view;
  },
};

export const executedCommands: string[] = [];
/** With what the last command was called. */
export const commandArguments: { last: readonly unknown[] } = { last: [] };
/** What conditions of the manifest see. */
export const contextValues = new Map<string, unknown>();

export const commands = {
  executeCommand(id: string, ...args: readonly unknown[]): Promise<undefined> {
    executedCommands.push(id);
    commandArguments.last = args;
    if (id === "setContext") {
      contextValues.set(String(args[0]), args[1]);
    }
    return Promise.resolve(undefined);
  },
  registerCommand(id: string, run: (...args: unknown[]) => unknown): { dispose(): void } {
    registeredCommands.set(id, run);
    return { dispose: () => registeredCommands.delete(id) };
  },
};

export const extensions = { getExtension: (): undefined => undefined };

export const workspace = {
  isTrusted: true,
  workspaceFolders: undefined as readonly { readonly uri: unknown }[] | undefined,
  getConfiguration: () => ({ get: <T>(_name: string, value: T): T => value }),
};
