// Runs cells in the interpreter, one after the other, and puts what they show into them.

import { randomUUID } from "node:crypto";
import {
  NotebookCellOutput,
  NotebookCellOutputItem,
  type NotebookCell,
  type NotebookCellExecution,
  type NotebookController,
  type NotebookDocument,
} from "vscode";
import type { Context } from "../../context";
import type { Owned } from "../../owned";
import { methods, type Output, type RunResult } from "../../protocol/generated";
import { messageOf, showError } from "../../ui/notify";
import {
  errorItem,
  errorMime,
  OutputWriter,
  savedError,
  textItem,
  type Displays,
  type OutputItem,
  type OutputTarget,
} from "./model";

/** Where a console cell's code comes from; kept in its metadata, so that running it again goes to the same place. */
export type CellOrigin =
  | { readonly kind: "code"; readonly path: string; readonly line: number }
  | { readonly kind: "file"; readonly path: string };

/** Metadata of a cell with an origin. */
export function originMetadata(origin: CellOrigin): Record<string, CellOrigin> {
  return { whiskertoolbox: origin };
}

function originOf(cell: NotebookCell): CellOrigin | undefined {
  return (cell.metadata as { readonly whiskertoolbox?: CellOrigin }).whiskertoolbox;
}

/** What debugging adds to a run. */
export type RunHooks = {
  /** Evaluate in the frame that the debugger stands in; undefined: it stands nowhere, so run as usual. */
  evaluateInFrame(code: string): Promise<readonly OutputItem[]> | undefined;
  /** Called before each run. */
  beforeRun(): Promise<void>;
  /** Called when nothing is left to run. */
  afterRuns(): Promise<void>;
  /** Let code that stands at a breakpoint go on. */
  resume(): Promise<void>;
};

type Run = {
  readonly cell: NotebookCell;
  readonly controller: NotebookController;
  readonly target: CellTarget;
  readonly writer: OutputWriter<NotebookCellOutput>;
  readonly startedAt: number;
};

type EndedRun = Run & {
  readonly success: boolean;
  readonly executionOrder: number | undefined;
  readonly endedAt: number;
};

/** Runs whose threads may still show something in their cells; older ones are shown in the log. */
const rememberedRuns = 100;

export class Executor implements Owned {
  readonly #ctx: Context;
  readonly #hooks: RunHooks;
  readonly #runs = new Map<string, Run>();
  readonly #ended = new Map<string, EndedRun>();
  /** While an ended run shows more; a cell has one execution at a time. */
  #showingLate: Promise<boolean> | undefined;
  readonly #displays = new WeakMap<NotebookDocument, Displays<NotebookCellOutput>>();
  readonly #subscription: Owned;
  #tail: Promise<unknown> = Promise.resolve();
  #queued = 0;
  /** Grows when what waits is to be dropped; a run of an older generation does not start. */
  #generation = 0;

  constructor(ctx: Context, hooks: RunHooks) {
    this.#ctx = ctx;
    this.#hooks = hooks;
    this.#subscription = ctx.daemon.answer(methods.output, async ({ runId, outputs }) => {
      await this.#show(runId, outputs);
      return {};
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** Run cells in order; after an error, those behind it are left out. */
  async runCells(cells: readonly NotebookCell[], controller: NotebookController): Promise<void> {
    if (this.#showingLate !== undefined) {
      await this.#showingLate;
    }
    const executions = cells.map((cell) => controller.createNotebookCellExecution(cell));
    let goOn = true;
    for (const execution of executions) {
      if (goOn) {
        goOn = await this.#runOrEvaluate(execution, controller);
      } else {
        cancel(execution);
      }
    }
  }

  #runOrEvaluate(execution: NotebookCellExecution, controller: NotebookController): Promise<boolean> {
    // A file is run as a whole and has its turn; anything else is wanted now, where the code stands.
    const isFile = originOf(execution.cell)?.kind === "file";
    const evaluation = isFile ? undefined : this.#hooks.evaluateInFrame(execution.cell.document.getText());
    return evaluation === undefined
      ? this.#enqueue(execution, controller)
      : this.#evaluate(execution, evaluation);
  }

  /** Drop what waits for its turn. */
  dropQueue(): void {
    this.#generation++;
  }

  /** Run when everything before has ended: user code has one main thread. */
  async #enqueue(execution: NotebookCellExecution, controller: NotebookController): Promise<boolean> {
    const generation = this.#generation;
    this.#queued++;
    const turn = this.#tail.then(async () => {
      if (generation !== this.#generation) {
        cancel(execution);
        return false;
      }
      return this.#run(execution, controller);
    });
    // Whatever became of this run, the next one has its turn.
    const next = async (): Promise<void> => {
      if (--this.#queued === 0) {
        await this.#hooks.afterRuns();
      }
    };
    this.#tail = turn.then(next, next).catch((error: unknown) => {
      this.#ctx.log.warn(`After a run: ${messageOf(error)}`);
    });
    return turn;
  }

  async #run(execution: NotebookCellExecution, controller: NotebookController): Promise<boolean> {
    const { cell } = execution;
    const runId = randomUUID();
    const startedAt = Date.now();
    execution.start(startedAt);
    const target = new CellTarget(execution);
    const writer = new OutputWriter(target, this.#displaysOf(cell.notebook));
    const run: Run = { cell, controller, target, writer, startedAt };
    this.#runs.set(runId, run);
    this.#forgetRunsOf(cell);
    let success = false;
    try {
      await quietly(execution.clearOutput());
      await this.#hooks.beforeRun();
      const result = await this.#send(runId, cell);
      if (result.executionCount > 0) {
        execution.executionOrder = result.executionCount;
      }
      if (result.status === "died") {
        await writer.write([
          {
            kind: "error",
            name: "Interpreter ended",
            message: result.message,
            traceback: lines(result.message),
          },
        ]);
      }
      success = result.status === "ok";
    } catch (error) {
      await quietly(execution.appendOutput(toOutput([failureItem(error)])));
    }
    const { executionOrder } = execution;
    const endedAt = Date.now();
    execution.end(success, endedAt);
    this.#runs.delete(runId);
    this.#remember(runId, { ...run, success, executionOrder, endedAt });
    return success;
  }

  #remember(runId: string, run: EndedRun): void {
    this.#ended.set(runId, run);
    const [oldest] = this.#ended.keys();
    if (oldest !== undefined && this.#ended.size > rememberedRuns) {
      this.#ended.delete(oldest);
    }
  }

  /** What an earlier run of the cell still shows does not belong to what is shown from now on. */
  #forgetRunsOf(cell: NotebookCell): void {
    for (const [runId, run] of this.#ended) {
      if (run.cell === cell) {
        this.#ended.delete(runId);
      }
    }
  }

  #send(runId: string, cell: NotebookCell): Promise<RunResult> {
    const origin = originOf(cell);
    if (origin?.kind === "file") {
      return this.#ctx.daemon.request(methods.runFile, { runId, path: origin.path });
    }
    const place = origin === undefined ? null : { path: origin.path, line: origin.line };
    return this.#ctx.daemon.request(methods.runCode, { runId, code: cell.document.getText(), place });
  }

  async #evaluate(
    execution: NotebookCellExecution,
    evaluation: Promise<readonly OutputItem[]>,
  ): Promise<boolean> {
    execution.start(Date.now());
    await quietly(execution.clearOutput());
    try {
      const items = await evaluation;
      if (items.length > 0) {
        await quietly(execution.appendOutput(toOutput(items)));
      }
      execution.end(true, Date.now());
      return true;
    } catch (error) {
      await quietly(execution.appendOutput(toOutput([failureItem(error)])));
      execution.end(false, Date.now());
      return false;
    }
  }

  async #show(runId: string, outputs: readonly Output[]): Promise<void> {
    const run = this.#runs.get(runId);
    if (run !== undefined && !run.cell.notebook.isClosed) {
      await run.writer.write(outputs);
      return;
    }
    const ended = this.#ended.get(runId);
    if (ended !== undefined && !ended.cell.notebook.isClosed) {
      this.#showingLate = showLate(ended, outputs).finally(() => {
        this.#showingLate = undefined;
      });
      if (await this.#showingLate) {
        return;
      }
    }
    // For a console that was closed, or a cell that runs again.
    for (const output of outputs) {
      if (output.kind === "stream") {
        this.#ctx.log.info(`${output.name}: ${output.text.trimEnd()}`);
      } else if (output.kind === "error") {
        this.#ctx.log.error(`${output.name}: ${output.message}`);
        void showError(`${output.name}: ${output.message}`, "Show Log");
      }
    }
  }

  #displaysOf(notebook: NotebookDocument): Displays<NotebookCellOutput> {
    const known = this.#displays.get(notebook) ?? new Map<string, NotebookCellOutput>();
    this.#displays.set(notebook, known);
    return known;
  }
}

function cancel(execution: NotebookCellExecution): void {
  execution.start();
  execution.end(undefined);
}

/** Show what a thread of a run has to show after its end; the cell is reopened for it and looks as before. */
async function showLate(run: EndedRun, outputs: readonly Output[]): Promise<boolean> {
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

/** Writes to a cell, which can be done only through an execution of it. */
class CellTarget implements OutputTarget<NotebookCellOutput> {
  execution: NotebookCellExecution;

  constructor(execution: NotebookCellExecution) {
    this.execution = execution;
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
async function quietly(edit: Thenable<void>): Promise<void> {
  try {
    await edit;
  } catch {
    // the cell was deleted or its document closed
  }
}

function toOutput(items: readonly OutputItem[]): NotebookCellOutput {
  const error = items.find(({ mime }) => mime === errorMime);
  const metadata = error === undefined ? {} : { originalError: savedError(error) }; // as VS Code's serializer knows it
  return new NotebookCellOutput(items.map(toOutputItem), metadata);
}

function toOutputItem(item: OutputItem): NotebookCellOutputItem {
  return new NotebookCellOutputItem(item.data, item.mime);
}

function failureItem(error: unknown): OutputItem {
  const message = messageOf(error);
  return errorItem({ name: "WhiskerToolbox", message, traceback: lines(message) });
}

/** A message with a line for each sentence: outputs do not wrap. */
function lines(message: string): string {
  return message.replaceAll(". ", ".\n");
}

/** Text for a value that was evaluated in a frame. */
export function valueItems(text: string): readonly OutputItem[] {
  return text === "" ? [] : [textItem("text/plain", text)];
}
