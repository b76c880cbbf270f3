// Where a cell's code comes from, and what surrounds it when it runs.

import { workspace, type Memento, type NotebookCell } from "vscode";
import type { RunOptions } from "../../protocol/generated";
import { setting } from "../../settings";
import { figureFormat, workingDirectory } from "./model";

/** How many pixels the window has for each of its units, as one of our pages has said last. */
export const rememberedPixelRatio = "window.pixelRatio";

/** What surrounds what a debug configuration runs. */
export type Surroundings = {
  readonly workingDirectory?: string;
  /** Variables during the run; null: without this one. */
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly stopOnEntry?: boolean;
};

/** Where a console cell's code comes from; kept in its metadata, so that running it again goes to the same place. */
export type CellOrigin =
  | { readonly kind: "code"; readonly path: string; readonly line: number; readonly stopOnEntry?: boolean }
  | ({ readonly kind: "file"; readonly path: string; readonly arguments?: readonly string[] } & Surroundings);

type Metadata = { readonly whiskertoolbox?: CellOrigin; readonly surroundings?: Surroundings };

/** Metadata of a cell whose code comes from a file, or runs in surroundings of its own. */
export function originMetadata(origin?: CellOrigin, surroundings?: Surroundings): Metadata {
  return {
    ...(origin === undefined ? {} : { whiskertoolbox: origin }),
    ...(surroundings === undefined ? {} : { surroundings }),
  };
}

export function originOf(cell: NotebookCell): CellOrigin | undefined {
  return (cell.metadata as Metadata).whiskertoolbox;
}

export function surroundingsOf(cell: NotebookCell): Surroundings | undefined {
  return (cell.metadata as Metadata).surroundings;
}

/** What the settings say about how code of a file runs; what is typed runs where the interpreter stands. */
export function runOptions(cell: NotebookCell, memory: Memento): RunOptions {
  const origin = originOf(cell);
  const given = origin?.kind === "file" ? origin : surroundingsOf(cell);
  const folder =
    given?.workingDirectory ?? (origin === undefined ? undefined : setting("run.workingDirectory"));
  return {
    workingDirectory:
      folder === undefined ? "" : workingDirectory(folder, origin?.path ?? "", workspaceFolder()),
    reloadEditedModules: setting("run.reloadEditedModules"),
    figureFormat: figureFormat(setting("figures.format"), memory.get(rememberedPixelRatio, 1)),
    environment: { ...given?.environment },
    stopOnEntry: (given ?? origin)?.stopOnEntry ?? false,
  };
}

function workspaceFolder(): string | undefined {
  return workspace.workspaceFolders?.[0]?.uri.fsPath;
}
