// Lists to choose from, whose names are not ours: VS Code draws icons in labels wherever it can.

import { window } from "vscode";
import { labelText, plainText } from "./text";

/** Let one of several names be chosen; the answer is the name as it was given. */
export async function pickName(
  names: readonly string[],
  options: { readonly title: string; readonly placeHolder: string },
): Promise<string | undefined> {
  const items = names.map((name) => ({ label: labelText(name), name }));
  const chosen = await window.showQuickPick(items, {
    title: plainText(options.title),
    placeHolder: plainText(options.placeHolder),
  });
  return chosen?.name;
}
