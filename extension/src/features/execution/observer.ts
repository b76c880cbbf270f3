// Who looks on while cells run.

import type { NotebookCell } from "vscode";
import type { ErrorOutput, Output } from "../../protocol/generated";

/** Who wants to know what runs. */
export type RunObserver = {
  /** A cell is about to run. */
  started(cell: NotebookCell): void;
  /** A cell has ended; `error` is what ended it. */
  ended(cell: NotebookCell, error: ErrorOutput | undefined): void;
  /** A cell shows something. */
  shown(cell: NotebookCell, outputs: readonly Output[]): void;
};
