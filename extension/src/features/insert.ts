// Putting text where the user writes: the Python editor in front, else the console's input.

import { window } from "vscode";
import type { Console } from "./console";

export async function insertText(console: Console, text: string): Promise<void> {
  const editor = window.activeTextEditor;
  if (editor?.document.languageId === "python" && editor.document.uri.scheme !== "vscode-interactive-input") {
    await editor.edit((edit) => {
      for (const selection of editor.selections) {
        edit.replace(selection, text);
      }
    });
    await window.showTextDocument(editor.document, editor.viewColumn);
  } else {
    await console.insert(text);
  }
}
