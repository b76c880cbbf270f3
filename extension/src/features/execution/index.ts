// Sends cells to the daemon, where they wait for their turn, and puts what they show into them.

import { randomUUID } from "node:crypto";
import {
  EventEmitter,
  type NotebookCell,
  type NotebookCellExecution,
  type NotebookCellOutput,
  type NotebookController,
  type NotebookDocument,
} from "vscode";
import type { Context } from "../../context";
import { ConnectionLost } from "../../daemon/state";
import type { Owned } from "../../owned";
import {
  methods,
  type Output,
  type RunQueue,
  type RunResult,
  type UnseenRun,
} from "../../protocol/generated";
import { messageOf, showError } from "../../ui/notify";
import { CellTarget, failureItem, lines, quietly, toOutput } from "./cell";
import { OutputWriter, waitingText, type Displays } from "./model";

import type { RunObserver } from "./observer";
import { begin, cancel, showLate, type EndedRun, type Run } from "./oneRun";
import { originOf, runOptions } from "./origin";

export {
  originMetadata,
  originOf,
  surroundingsOf,
  rememberedPixelRatio,
  type CellOrigin,
  type Surroundings,
} from "./origin";
export type { RunObserver } from "./observer";
export { showWaiting } from "./waiting";

/** What debugging adds to a run. */
export type RunHooks = {
  /** Code stands in the debugger: what is typed runs there, now. */
  isStopped(): boolean;
  /** Called before each run. */
  beforeRun(): Promise<void>;
  /** Called when nothing is left to run. */
  afterRuns(): Promise<void>;
};

/** Where code stands, in its turn, or begun by a window that is gone. */
type RunWay =
  | { readonly kind: "atStop" }
  | { readonly kind: "inTurn"; readonly batch: string }
  | { readonly kind: "followed"; readonly runId: string };

/** Runs whose threads may still show something in their cells; older ones are shown in the log. */
const rememberedRuns = 100;

export class CellRunner implements Owned {
  readonly #ctx: Context;
  readonly #hooks: RunHooks;
  readonly #observers: RunObserver[] = [];
  readonly #runs = new Map<string, Run>();
  readonly #ended = new Map<string, EndedRun>();
  /** While an ended run shows more; a cell has one execution at a time. */
  #showingLate: Promise<boolean> | undefined;
  readonly #displays = new WeakMap<NotebookDocument, Displays<NotebookCellOutput>>();
  readonly #subscriptions: readonly Owned[];
  readonly #queueChanges = new EventEmitter<void>();
  #queue: RunQueue = { running: "", waiting: [], waitsFor: "" };

  /** Other cells wait, or for something else. */
  readonly onDidChangeQueue = this.#queueChanges.event;

  constructor(ctx: Context, hooks: RunHooks) {
    this.#ctx = ctx;
    this.#hooks = hooks;
    this.#subscriptions = [
      ctx.daemon.answer(methods.output, async ({ runId, outputs }) => {
        await this.#show(runId, outputs);
        return {};
      }),
      ctx.daemon.on(methods.queueChanged, (queue) => {
        this.#queue = queue;
        const running = this.#runs.get(queue.running);
        if (running !== undefined) {
          void begin(running);
        }
        this.#queueChanges.fire();
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
    this.#queueChanges.dispose();
  }

  /** From now on, `observer` is told of all runs. */
  observe(observer: RunObserver): void {
    this.#observers.push(observer);
  }

  /** What is said at a cell whose run waits for its turn. */
  waitingText(cell: NotebookCell): string | undefined {
    const runId = [...this.#runs].find(([, run]) => run.cell === cell)?.[0];
    return runId === undefined ? undefined : waitingText(this.#queue, runId);
  }

  /** Run cells in order; after an error, those behind it are left out. */
  async runCells(cells: readonly NotebookCell[], controller: NotebookController): Promise<void> {
    if (this.#showingLate !== undefined) {
      await this.#showingLate;
    }
    const batch = cells.length > 1 ? randomUUID() : "";
    const executions = cells.map((cell) => controller.createNotebookCellExecution(cell));
    const sent: Promise<boolean>[] = [];
    let goOn = true;
    for (const execution of executions) {
      if (!goOn) {
        cancel(execution);
        continue;
      }
      // A file is run as a whole and has its turn; anything else is wanted now, where the code stands.
      if (this.#hooks.isStopped() && originOf(execution.cell)?.kind !== "file") {
        goOn = await this.#run(execution, controller, { kind: "atStop" });
      } else {
        sent.push(this.#run(execution, controller, { kind: "inTurn", batch }));
      }
    }
    await Promise.all(sent);
  }

  /** Runs whose windows are gone, such as this one before it was reloaded. */
  async unseenRuns(): Promise<readonly UnseenRun[]> {
    const { runs } = await this.#ctx.daemon.request(methods.unseenRuns, {});
    return runs.filter(({ runId }) => !this.#runs.has(runId));
  }

  /** Show such a run in a cell, from its beginning to its end. */
  async follow(runId: string, cell: NotebookCell, controller: NotebookController): Promise<void> {
    if (!this.#runs.has(runId)) {
      const execution = controller.createNotebookCellExecution(cell);
      await this.#run(execution, controller, { kind: "followed", runId });
    }
  }

  /** Run a cell; returns whether it ended well. */
  async #run(
    execution: NotebookCellExecution,
    controller: NotebookController,
    way: RunWay,
  ): Promise<boolean> {
    const { cell } = execution;
    const runId = way.kind === "followed" ? way.runId : randomUUID();
    const target = new CellTarget(execution);
    const writer = new OutputWriter(target, this.#displaysOf(cell.notebook));
    const run: Run = { cell, controller, execution, target, writer };
    this.#runs.set(runId, run);
    this.#forgetRunsOf(cell);
    this.#tell((observer) => {
      observer.started(cell);
    });
    let success = false;
    try {
      if (way.kind === "inTurn") {
        await this.#hooks.beforeRun();
      } else if (this.#queue.running === runId) {
        await begin(run);
      }
      const result = await this.#send(runId, cell, way);
      if (result.status === "dropped") {
        this.#ctx.log.info(result.message);
        cancel(execution);
        return false;
      }
      await begin(run);
      if (result.executionCount > 0) {
        execution.executionOrder = result.executionCount;
      }
      if (result.status === "died") {
        const { message } = result;
        await writer.write([
          { kind: "error", name: "Interpreter ended", message, traceback: lines(message) },
        ]);
      }
      success = result.status === "ok";
    } catch (error) {
      run.error ??= { kind: "error", name: "Not run", message: messageOf(error), traceback: "" };
      await begin(run);
      await quietly(execution.appendOutput(toOutput([failureItem(error)])));
    } finally {
      this.#runs.delete(runId);
      if (this.#runs.size === 0 && !(way.kind === "atStop" && this.#hooks.isStopped())) {
        this.#afterRuns();
      }
    }
    const { executionOrder } = execution;
    const endedAt = Date.now();
    execution.end(success, endedAt);
    this.#remember(runId, { ...run, startedAt: target.startedAt, success, executionOrder, endedAt });
    this.#tell((observer) => {
      observer.ended(cell, run.error);
    });
    return success;
  }

  #afterRuns(): void {
    this.#hooks.afterRuns().catch((error: unknown) => {
      this.#ctx.log.warn(`After a run: ${messageOf(error)}`);
    });
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

  async #send(runId: string, cell: NotebookCell, way: RunWay): Promise<RunResult> {
    switch (way.kind) {
      case "atStop":
        return this.#ctx.daemon.request(methods.runInFrame, { runId, code: cell.document.getText() });
      case "followed":
        return this.#ctx.daemon.request(methods.followRun, { runId });
      case "inTurn":
        try {
          return await this.#sendInTurn(runId, cell, way.batch);
        } catch (error) {
          if (error instanceof ConnectionLost) {
            return this.#ctx.daemon.request(methods.followRun, { runId }); // the run itself may go on
          }
          throw error;
        }
    }
  }

  #sendInTurn(runId: string, cell: NotebookCell, batch: string): Promise<RunResult> {
    const origin = originOf(cell);
    if (origin?.kind === "file") {
      return this.#ctx.daemon.request(methods.runFile, {
        runId,
        path: origin.path,
        arguments: [...(origin.arguments ?? [])],
        batch,
        options: runOptions(cell, this.#ctx.memory),
      });
    }
    const place = origin === undefined ? null : { path: origin.path, line: origin.line };
    const uri = origin === undefined ? cell.document.uri.toString() : "";
    return this.#ctx.daemon.request(methods.runCode, {
      runId,
      code: cell.document.getText(),
      place,
      cell: uri,
      batch,
      options: runOptions(cell, this.#ctx.memory),
    });
  }

  async #show(runId: string, outputs: readonly Output[]): Promise<void> {
    const run = this.#runs.get(runId);
    const shownIn = run ?? this.#ended.get(runId);
    if (shownIn !== undefined) {
      const error = outputs.find((output) => output.kind === "error");
      if (error !== undefined) {
        shownIn.error = error;
      }
      this.#tell((observer) => {
        observer.shown(shownIn.cell, outputs);
      });
    }
    if (run !== undefined && !run.cell.notebook.isClosed) {
      await begin(run);
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

  #tell(what: (observer: RunObserver) => void): void {
    for (const observer of this.#observers) {
      try {
        what(observer);
      } catch (error) {
        this.#ctx.log.error(messageOf(error)); // whoever looks on does not end a run
      }
    }
  }

  #displaysOf(notebook: NotebookDocument): Displays<NotebookCellOutput> {
    const known = this.#displays.get(notebook) ?? new Map<string, NotebookCellOutput>();
    this.#displays.set(notebook, known);
    return known;
  }
}
