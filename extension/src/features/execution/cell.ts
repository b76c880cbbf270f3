// A cell as the place that a run's outputs are written to.

import { NotebookCellOutput, NotebookCellOutputItem, type NotebookCellExecution } from "vscode";
import { messageOf } from "../../ui/notify";
import { errorItem, errorMime, savedError, type OutputItem, type OutputTarget } from "./model";

/** Writes to a cell, which can be done only through an execution of it. */
export class CellTarget implements OutputTarget<NotebookCellOutput> {
  execution: NotebookCellExecution;

  startedAt = 0;

  constructor(execution: NotebookCellExecution) {
    this.execution = execution;
  }

  /** The run begins: what an earlier one has shown goes. */
  begin(): Promise<void> {
    this.startedAt = Date.now();
    this.execution.start(this.startedAt);
    return this.clear();
  }

  async append(items: readonly OutputItem[]): Promise<NotebookCellOutput> {
    const output = toOutput(items);
    await quietly(this.execution.appendOutput(output));
    return output;
  }

  extend(output: NotebookCellOutput, items: readonly OutputItem[]): Promise<void> {
    return quietly(this.execution.appendOutputItems(items.map(toOutputItem), output));
  }

  replace(output: NotebookCellOutput, items: readonly OutputItem[]): Promise<void> {
    return quietly(this.execution.replaceOutputItems(items.map(toOutputItem), output));
  }

  clear(): Promise<void> {
    return quietly(this.execution.clearOutput());
  }
}

/** A cell or its document may be gone when an output comes: then there is nothing to show it in, and that is all. */
export async function quietly(edit: Thenable<void>): Promise<void> {
  try {
    await edit;
  } catch {
    // the cell was deleted or its document closed
  }
}

export function toOutput(items: readonly OutputItem[]): NotebookCellOutput {
  const error = items.find(({ mime }) => mime === errorMime);
  const metadata = error === undefined ? {} : { originalError: savedError(error) }; // as VS Code's serializer knows it
  return new NotebookCellOutput(items.map(toOutputItem), metadata);
}

function toOutputItem(item: OutputItem): NotebookCellOutputItem {
  return new NotebookCellOutputItem(item.data, item.mime);
}

export function failureItem(error: unknown): OutputItem {
  const message = messageOf(error);
  return errorItem({ name: "WhiskerToolbox", message, traceback: lines(message) });
}

/** A message with a line for each sentence: outputs do not wrap. */
export function lines(message: string): string {
  return message.replaceAll(". ", ".\n");
}
