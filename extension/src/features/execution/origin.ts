// Where a cell's code comes from, and what surrounds it when it runs.

import { workspace, type NotebookCell } from "vscode";
import type { RunOptions } from "../../protocol/generated";
import { setting } from "../../settings";
import { workingDirectory } from "./model";

/** Where a console cell's code comes from; kept in its metadata, so that running it again goes to the same place. */
export type CellOrigin =
  | { readonly kind: "code"; readonly path: string; readonly line: number }
  | { readonly kind: "file"; readonly path: string; readonly arguments?: readonly string[] };

/** Metadata of a cell with an origin. */
export function originMetadata(origin: CellOrigin): Record<string, CellOrigin> {
  return { whiskertoolbox: origin };
}

export function originOf(cell: NotebookCell): CellOrigin | undefined {
  return (cell.metadata as { readonly whiskertoolbox?: CellOrigin }).whiskertoolbox;
}

/** What the settings say about how code of a file runs; what is typed runs where the interpreter stands. */
export function runOptions(origin: CellOrigin | undefined): RunOptions {
  const folder = setting("run.workingDirectory");
  return {
    workingDirectory: origin === undefined ? "" : workingDirectory(folder, origin.path, workspaceFolder()),
    reloadEditedModules: setting("run.reloadEditedModules"),
  };
}

function workspaceFolder(): string | undefined {
  return workspace.workspaceFolders?.[0]?.uri.fsPath;
}
