// The console's transcript: kept on disk as it grows, and put back into a window that was closed or reloaded.

import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import {
  NotebookCellData,
  NotebookCellKind,
  NotebookCellOutput,
  NotebookCellOutputItem,
  NotebookEdit,
  NotebookRange,
  workspace,
  WorkspaceEdit,
  type NotebookCell,
  type NotebookDocument,
} from "vscode";
import type { Context } from "../../context";
import type { Owned } from "../../owned";
import { messageOf } from "../../ui/notify";
import { newestWithin, parseTranscript, type SavedCell } from "./transcriptModel";

/** What happens within this time is written together. */
const settleMs = 1000;

export class Transcript implements Owned {
  readonly #ctx: Context;
  readonly #path: string;
  /** Written forms of cells that have not changed since. */
  readonly #written = new WeakMap<NotebookCell, { readonly mark: string; readonly json: string }>();
  readonly #restored = new WeakSet<NotebookDocument>();
  #document: NotebookDocument | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(ctx: Context, path: string) {
    this.#ctx = ctx;
    this.#path = path;
  }

  dispose(): void {
    void this.flush();
  }

  /** Put back what was there, unless the window has it; answers whether there is anything in it now. */
  async restore(document: NotebookDocument): Promise<void> {
    this.#document = document;
    if (this.#restored.has(document)) {
      return;
    }
    this.#restored.add(document);
    await this.#writing;
    // After a reload VS Code brings back the cells, but neither where they come from nor when they ran.
    const isBare = document.getCells().every(({ executionSummary }) => {
      return executionSummary?.executionOrder === undefined;
    });
    const saved = isBare ? await this.#read() : [];
    if (saved.length > 0) {
      const edit = new WorkspaceEdit();
      const everything = new NotebookRange(0, document.cellCount);
      edit.set(document.uri, [NotebookEdit.replaceCells(everything, saved.map(cellData))]);
      await workspace.applyEdit(edit);
    }
  }

  /** Something in the window has changed. */
  changed(document: NotebookDocument): void {
    this.#document = document;
    this.#timer ??= setTimeout(() => void this.flush(), settleMs);
  }

  /** Write now what has changed. */
  flush(): Promise<void> {
    if (this.#timer !== undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      const cells = this.#document?.getCells() ?? [];
      if (cells.length > 0) {
        const lines = newestWithin(cells.map((cell) => this.#json(cell)));
        this.#writing = this.#writing.then(() => this.#write(lines));
      }
    }
    return this.#writing;
  }

  /** Throw everything away. */
  async clear(document: NotebookDocument | undefined): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => rm(this.#path, { force: true }));
    await this.#writing;
    if (document !== undefined && document.cellCount > 0) {
      const edit = new WorkspaceEdit();
      edit.set(document.uri, [NotebookEdit.deleteCells(new NotebookRange(0, document.cellCount))]);
      await workspace.applyEdit(edit);
    }
  }

  #json(cell: NotebookCell): string {
    const { executionSummary, outputs } = cell;
    const sizes = outputs.map(({ items }) => items.reduce((sum, { data }) => sum + data.length, 0));
    const mark = JSON.stringify([cell.document.version, executionSummary?.timing?.endTime, sizes]);
    const known = this.#written.get(cell);
    if (known?.mark === mark) {
      return known.json;
    }
    const json = JSON.stringify(savedCell(cell));
    this.#written.set(cell, { mark, json });
    return json;
  }

  async #read(): Promise<readonly SavedCell[]> {
    return parseTranscript(await readFile(this.#path, "utf8").catch(() => ""));
  }

  async #write(lines: readonly string[]): Promise<void> {
    try {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      const beside = `${this.#path}.new`;
      await writeFile(beside, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
      await rename(beside, this.#path);
    } catch (error) {
      this.#ctx.log.warn(`The console's transcript cannot be written: ${messageOf(error)}`);
    }
  }
}

export function savedCell(cell: NotebookCell): SavedCell {
  const { executionSummary } = cell;
  return {
    kind: cell.kind === NotebookCellKind.Code ? "code" : "markup",
    source: cell.document.getText(),
    metadata: cell.metadata,
    outputs: cell.outputs.map((output) => ({
      items: output.items.map(({ mime, data }) => ({ mime, data: Buffer.from(data).toString("base64") })),
      metadata: output.metadata ?? {},
    })),
    executionOrder: executionSummary?.executionOrder,
    success: executionSummary?.success,
    timing: executionSummary?.timing,
  };
}

function cellData(saved: SavedCell): NotebookCellData {
  const isCode = saved.kind === "code";
  const cell = new NotebookCellData(
    isCode ? NotebookCellKind.Code : NotebookCellKind.Markup,
    saved.source,
    isCode ? "python" : "markdown",
  );
  cell.metadata = { ...saved.metadata };
  cell.outputs = saved.outputs.map(
    ({ items, metadata }) =>
      new NotebookCellOutput(
        items.map(({ mime, data }) => new NotebookCellOutputItem(Buffer.from(data, "base64"), mime)),
        { ...metadata },
      ),
  );
  cell.executionSummary = {
    ...(saved.executionOrder === undefined ? {} : { executionOrder: saved.executionOrder }),
    ...(saved.success === undefined ? {} : { success: saved.success }),
    ...(saved.timing === undefined ? {} : { timing: saved.timing }),
  };
  return cell;
}
