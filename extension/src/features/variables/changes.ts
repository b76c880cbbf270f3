// What is done with variables, as code that the console shows: rename, duplicate, delete, save and load.

import { Uri, window, workspace } from "vscode";
import { registerCommand, type Context } from "../../context";
import { methods, type Variable } from "../../protocol/generated";
import { askText } from "../../ui/ask";
import { labelText } from "../../ui/text";
import type { Console } from "../console";
import {
  deleteCode,
  duplicateCode,
  loadCode,
  nameProblem,
  renameCode,
  saveCode,
  type VariableNode,
} from "./model";

/** `variableOf` answers a variable of the namespace: that of the given row, or of the one that is selected. */
export function registerChanges(
  ctx: Context,
  console: Console,
  variableOf: (node: VariableNode | undefined) => Variable | undefined,
): void {
  registerCommand(ctx, "whiskertoolbox.deleteVariable", async (node?: VariableNode) => {
    const name = variableOf(node)?.name;
    if (name !== undefined) {
      await console.run(deleteCode(name));
    }
  });
  registerCommand(ctx, "whiskertoolbox.renameVariable", async (node?: VariableNode) => {
    const name = variableOf(node)?.name;
    const newName = name === undefined ? undefined : await askName("Rename Variable", name, name);
    if (name !== undefined && newName !== undefined) {
      await console.run(renameCode(name, newName));
    }
  });
  registerCommand(ctx, "whiskertoolbox.duplicateVariable", async (node?: VariableNode) => {
    const variable = variableOf(node);
    if (variable !== undefined) {
      const { name } = variable;
      const newName = await askName("Duplicate Variable", name, `${name}_copy`);
      if (newName !== undefined) {
        await console.run(duplicateCode(variable, newName));
      }
    }
  });
  registerCommand(ctx, "whiskertoolbox.saveVariables", async () => {
    const { variables } = await ctx.daemon.request(methods.variablesList, {
      path: [],
      offset: 0,
      limit: 1000,
    });
    const items = variables.map(({ name, type, summary }) => ({
      name,
      label: labelText(name),
      description: labelText(`${type} ${summary}`),
    }));
    const chosen = await window.showQuickPick(items, { canPickMany: true, title: "Save Which Variables?" });
    const file =
      chosen === undefined || chosen.length === 0
        ? undefined
        : await window.showSaveDialog(dialog("variables.npz"));
    if (chosen !== undefined && file !== undefined) {
      await console.run(
        saveCode(
          chosen.map(({ name }) => name),
          file.fsPath,
        ),
      );
    }
  });
  registerCommand(ctx, "whiskertoolbox.loadVariables", async () => {
    const { defaultUri, filters } = dialog("");
    const [file] =
      (await window.showOpenDialog({ ...(defaultUri === undefined ? {} : { defaultUri }), filters })) ?? [];
    if (file !== undefined) {
      await console.run(loadCode(file.fsPath));
    }
  });
}

function askName(title: string, taken: string, value: string): Thenable<string | undefined> {
  return askText({ title, value, validateInput: (name) => nameProblem(name, taken) });
}

function dialog(name: string): { readonly defaultUri?: Uri; readonly filters: Record<string, string[]> } {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  return {
    ...(folder === undefined ? {} : { defaultUri: name === "" ? folder : Uri.joinPath(folder, name) }),
    filters: { "NumPy archive": ["npz"], "MATLAB file": ["mat"] },
  };
}
