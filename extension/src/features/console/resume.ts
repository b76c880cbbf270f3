// After a reload of the window: runs that went on meanwhile are shown again in their cells.

import {
  workspace,
  NotebookCellKind,
  type NotebookCell,
  type NotebookController,
  type NotebookDocument,
} from "vscode";
import type { Context } from "../../context";
import type { CellOrigin, CellRunner } from "../execution";
import { originOf } from "../execution";
import type { Owned } from "../../owned";
import { methods, type UnseenRun } from "../../protocol/generated";
import { messageOf } from "../../ui/notify";
import { cellsOfRuns } from "./model";
import type { ConsoleWindow } from "./window";

/** VS Code says which notebooks a controller is for some time after it was made. */
const selectionLimitMs = 10_000;

/** A window that has just been loaded is the one whose runs were left; any other lets it go first. */
const justLoadedMs = 60_000;
const goFirstMs = 10_000;

/** Have `resume` called when the session is there, and when another window has left runs behind. */
export function resumeLeftRuns(ctx: Context, resume: () => Promise<void>): Owned {
  const loadedAt = Date.now();
  let wasRunning = false;
  let waiting: NodeJS.Timeout | undefined;
  const resumeNow = (): void => {
    resume().catch((error: unknown) => {
      ctx.log.error(`Runs could not be shown again: ${messageOf(error)}`);
    });
  };
  const subscriptions = [
    ctx.daemon.onDidChangeState(({ kind }) => {
      if (kind === "running" && !wasRunning) {
        resumeNow();
      }
      wasRunning = kind === "running";
    }),
    ctx.daemon.on(methods.runsLeft, () => {
      clearTimeout(waiting);
      waiting = setTimeout(resumeNow, Date.now() - loadedAt < justLoadedMs ? 0 : goFirstMs);
    }),
  ];
  return {
    dispose() {
      clearTimeout(waiting);
      for (const subscription of subscriptions) {
        subscription.dispose();
      }
    },
  };
}

/** Show runs that nobody is shown; those without a cell get a new one in the console. */
export async function resumeRuns(
  ctx: Context,
  runner: CellRunner,
  window: ConsoleWindow,
  controllerOf: (notebook: NotebookDocument) => NotebookController | undefined,
): Promise<void> {
  const runs = await runner.unseenRuns();
  if (runs.length === 0) {
    return;
  }
  const console = await window.open({ preserveFocus: true });
  const others = workspace.notebookDocuments.filter((document) => document !== console);
  const cells = [...others, console].flatMap((document) => document.getCells()).filter(isRunning);
  const places = cellsOfRuns(runs, cells.map(codeOf));
  for (const [index, run] of runs.entries()) {
    const place = places[index];
    const known = place === undefined ? undefined : cells[place];
    const cell = known ?? (await window.add({ code: codeOfRun(run), origin: originOfRun(run) }));
    const controller = controllerOf(cell.notebook);
    if (controller !== undefined) {
      void follow(runner, run.runId, cell, controller).catch((error: unknown) => {
        ctx.log.error(`A run could not be shown: ${messageOf(error)}`);
      });
    }
  }
}

async function follow(
  runner: CellRunner,
  runId: string,
  cell: NotebookCell,
  controller: NotebookController,
): Promise<void> {
  try {
    await runner.follow(runId, cell, controller);
  } catch {
    await selection(controller);
    await runner.follow(runId, cell, controller);
  }
}

function selection(controller: NotebookController): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(limit);
      waiting.dispose();
      resolve();
    };
    const limit = setTimeout(done, selectionLimitMs);
    const waiting = controller.onDidChangeSelectedNotebooks(done);
  });
}

/** Whether a cell may have been running when the window went: it has not been seen to end. */
function isRunning({ kind, executionSummary }: NotebookCell): boolean {
  return kind === NotebookCellKind.Code && executionSummary?.success === undefined;
}

function codeOf(cell: NotebookCell): { readonly code: string; readonly path: string } {
  const origin = originOf(cell);
  return { code: cell.document.getText(), path: origin?.kind === "file" ? origin.path : "" };
}

function codeOfRun({ code, path, arguments: given }: UnseenRun): string {
  return path === "" ? code : ["%run", JSON.stringify(path), ...given].join(" ");
}

function originOfRun({ place, path, arguments: given }: UnseenRun): CellOrigin | undefined {
  if (path !== "") {
    return { kind: "file", path, arguments: given };
  }
  return place === null ? undefined : { kind: "code", ...place };
}
