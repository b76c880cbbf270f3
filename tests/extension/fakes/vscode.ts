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
  readonly selection: readonly unknown[];
  message: string;
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

export const InputBoxValidationSeverity = { Info: 1, Warning: 2, Error: 3 };

export const window = {
  showInputBox(options: (typeof asked)[number] & { readonly value?: string }): Promise<string | undefined> {
    asked.push(options);
    return Promise.resolve(typed.length === 0 ? options.value : typed.shift());
  },
  showQuickPick<T extends { readonly label: string }>(
    items: readonly T[],
    options: (typeof asked)[number],
  ): Promise<T | undefined> {
    asked.push(options);
    const label = typed.shift();
    return Promise.resolve(items.find((item) => item.label === label));
  },
  showErrorMessage: show,
  showWarningMessage: show,
  showInformationMessage: show,
  setStatusBarMessage: show,
  createTreeView(id: string, { treeDataProvider }: { readonly treeDataProvider: unknown }): FakeTreeView {
    const view: FakeTreeView = { treeDataProvider, selection: [], message: "", dispose: () => undefined };
    treeViews.set(id, view);
    return view;
  },
};

export const executedCommands: string[] = [];
/** What conditions of the manifest see. */
export const contextValues = new Map<string, unknown>();

export const commands = {
  executeCommand(id: string, ...args: readonly unknown[]): Promise<undefined> {
    executedCommands.push(id);
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
