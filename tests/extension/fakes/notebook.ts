// A notebook cell and the execution of it, as far as the executor sees them.

import type { NotebookCell, NotebookCellExecution, NotebookController, NotebookDocument } from "vscode";
import type { CellOrigin } from "../../../extension/src/features/execution";
import type { NotebookCellOutput, NotebookCellOutputItem } from "./vscode";

const notebook = { isClosed: false } as NotebookDocument;

export const cellUri = "vscode-notebook-cell:/work/a.ipynb#W0";

export function fakeCell(code: string, origin?: CellOrigin): NotebookCell {
  const metadata = origin === undefined ? {} : { whiskertoolbox: origin };
  const uri = { toString: () => cellUri };
  return { notebook, metadata, document: { uri, getText: () => code } } as unknown as NotebookCell;
}

/** What happened to a cell, one word each, and its outputs as text. */
export class FakeExecution {
  readonly events: string[] = [];
  readonly outputs: NotebookCellOutput[] = [];
  executionOrder: number | undefined;

  constructor(readonly cell: NotebookCell) {}

  start(): void {
    this.events.push("start");
  }

  end(success: boolean | undefined): void {
    this.events.push(success === undefined ? "cancelled" : success ? "ok" : "failed");
  }

  clearOutput(): Promise<void> {
    this.outputs.length = 0;
    return Promise.resolve();
  }

  appendOutput(output: NotebookCellOutput): Promise<void> {
    this.outputs.push(output);
    return Promise.resolve();
  }

  appendOutputItems(items: NotebookCellOutputItem[], output: NotebookCellOutput): Promise<void> {
    output.items.push(...items);
    return Promise.resolve();
  }

  get text(): string {
    return this.outputs
      .flatMap(({ items }) => items.map(({ data }) => Buffer.from(data).toString("utf8")))
      .join("");
  }
}

/** A controller and the executions it has made, by the code of their cells. */
export function fakeController(): { controller: NotebookController; executions: Map<string, FakeExecution> } {
  const executions = new Map<string, FakeExecution>();
  const createNotebookCellExecution = (cell: NotebookCell): NotebookCellExecution => {
    const execution = new FakeExecution(cell);
    executions.set(cell.document.getText(), execution);
    return execution as unknown as NotebookCellExecution;
  };
  return { controller: { createNotebookCellExecution } as unknown as NotebookController, executions };
}
