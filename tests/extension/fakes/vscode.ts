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

export const shownErrors: string[] = [];

export const window = {
  showErrorMessage(message: string): Promise<undefined> {
    shownErrors.push(message);
    return Promise.resolve(undefined);
  },
};

export const commands = { executeCommand: (): Promise<undefined> => Promise.resolve(undefined) };

export const workspace = { getConfiguration: () => ({ get: <T>(_name: string, value: T): T => value }) };
