// What cells say while their runs wait.

import {
  Disposable,
  NotebookCellStatusBarAlignment,
  NotebookCellStatusBarItem,
  notebooks,
  type Event,
  type NotebookCell,
} from "vscode";
import type { Owned } from "../../owned";

/** As much of what runs cells as is needed here. */
type Queue = {
  readonly onDidChangeQueue: Event<void>;
  waitingText(cell: NotebookCell): string | undefined;
};

/** Say at each cell that waits what it waits for. */
export function showWaiting(queue: Queue): Owned {
  const provider = {
    onDidChangeCellStatusBarItems: queue.onDidChangeQueue,
    provideCellStatusBarItems(cell: NotebookCell): NotebookCellStatusBarItem | undefined {
      const text = queue.waitingText(cell);
      return text === undefined
        ? undefined
        : new NotebookCellStatusBarItem(`$(watch) ${text}`, NotebookCellStatusBarAlignment.Left);
    },
  };
  return Disposable.from(
    ...["interactive", "jupyter-notebook"].map((type) =>
      notebooks.registerNotebookCellStatusBarItemProvider(type, provider),
    ),
  );
}
