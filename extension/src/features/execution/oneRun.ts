// One run of a cell: that it begins, is never to begin, or shows something after its end.

import type { NotebookCell, NotebookCellExecution, NotebookCellOutput, NotebookController } from "vscode";
import type { ErrorOutput, Output } from "../../protocol/generated";
import type { CellTarget } from "./cell";
import type { OutputWriter } from "./model";

export type Run = {
  readonly cell: NotebookCell;
  readonly controller: NotebookController;
  readonly execution: NotebookCellExecution;
  readonly target: CellTarget;
  readonly writer: OutputWriter<NotebookCellOutput>;
  /** It has begun when this is there, and can be written to when it is done. */
  begun?: Promise<void>;
  error?: ErrorOutput;
};

export type EndedRun = Omit<Run, "begun"> & {
  readonly startedAt: number;
  readonly success: boolean;
  readonly executionOrder: number | undefined;
  readonly endedAt: number;
};

/** Show that a run has begun: by the daemon's queue, or by its first output or answer when these come before. */
export function begin(run: Run): Promise<void> {
  run.begun ??= run.target.begin();
  return run.begun;
}

export function cancel(execution: NotebookCellExecution): void {
  execution.start();
  execution.end(undefined);
}

/** Show what a thread of a run has to show after its end; the cell is reopened for it and looks as before. */
export async function showLate(run: EndedRun, outputs: readonly Output[]): Promise<boolean> {
  let execution: NotebookCellExecution;
  try {
    execution = run.controller.createNotebookCellExecution(run.cell);
  } catch {
    return false; // it was deleted, or is about to run again
  }
  run.target.execution = execution;
  execution.executionOrder = run.executionOrder;
  execution.start(run.startedAt);
  try {
    await run.writer.write(outputs);
  } finally {
    execution.end(run.success, run.endedAt);
  }
  return true;
}
