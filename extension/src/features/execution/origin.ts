// Where a cell's code comes from, and what surrounds it when it runs.

import { workspace, type Memento, type NotebookCell } from "vscode";
import type { RunOptions } from "../../protocol/generated";
import { setting } from "../../settings";
import { figureFormat, workingDirectory } from "./model";

/** How many pixels the window has for each of its units, as one of our pages has said last. */
export const rememberedPixelRatio = "window.pixelRatio";

/** What surrounds a file when it runs. */
export type LaunchedFile = {
  readonly workingDirectory?: string;
  /** Variables during the run; null: without this one. */
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly stopOnEntry?: boolean;
};

/** Where a console cell's code comes from; kept in its metadata, so that running it again goes to the same place. */
export type CellOrigin =
  | { readonly kind: "code"; readonly path: string; readonly line: number; readonly stopOnEntry?: boolean }
  | ({ readonly kind: "file"; readonly path: string; readonly arguments?: readonly string[] } & LaunchedFile);

/** Metadata of a cell with an origin. */
export function originMetadata(origin: CellOrigin): Record<string, CellOrigin> {
  return { whiskertoolbox: origin };
}

export function originOf(cell: NotebookCell): CellOrigin | undefined {
  return (cell.metadata as { readonly whiskertoolbox?: CellOrigin }).whiskertoolbox;
}

/** What the settings say about how code of a file runs; what is typed runs where the interpreter stands. */
export function runOptions(origin: CellOrigin | undefined, memory: Memento): RunOptions {
  const folder = setting("run.workingDirectory");
  const chosen = origin?.kind === "file" ? origin.workingDirectory : undefined;
  return {
    workingDirectory:
      origin === undefined ? "" : workingDirectory(chosen ?? folder, origin.path, workspaceFolder()),
    reloadEditedModules: setting("run.reloadEditedModules"),
    figureFormat: figureFormat(setting("figures.format"), memory.get(rememberedPixelRatio, 1)),
    environment: { ...(origin?.kind === "file" ? origin.environment : {}) },
    stopOnEntry: origin?.stopOnEntry ?? false,
  };
}

function workspaceFolder(): string | undefined {
  return workspace.workspaceFolders?.[0]?.uri.fsPath;
}
