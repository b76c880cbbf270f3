// The way from a plot to the code that made it.

import { NotebookEditorRevealType, NotebookRange, Range, Uri, window, workspace } from "vscode";
import type { Console } from "../console";
import type { Plot } from "./store";

/** Show the code that made a plot: in its file, in its notebook, in the console, or else by itself. */
export async function goToCode(console: Console, { code, origin, notebook }: Plot): Promise<void> {
  if (origin !== undefined) {
    const line = origin.kind === "code" ? origin.line : 0;
    const lines = origin.kind === "code" ? code.split("\n").length - 1 : 0;
    const document = await workspace.openTextDocument(origin.path);
    const selection = document.validateRange(new Range(line, 0, line + lines, Number.MAX_SAFE_INTEGER));
    await window.showTextDocument(document, {
      selection: origin.kind === "code" ? selection : new Range(0, 0, 0, 0),
    });
    return;
  }
  if (notebook !== undefined) {
    const document = await workspace.openNotebookDocument(Uri.parse(notebook));
    const editor = await window.showNotebookDocument(document);
    const index = document.getCells().findIndex((cell) => cell.document.getText() === code);
    if (index >= 0) {
      editor.selections = [new NotebookRange(index, index + 1)];
      editor.revealRange(
        new NotebookRange(index, index + 1),
        NotebookEditorRevealType.InCenterIfOutsideViewport,
      );
    }
    return;
  }
  if (!(await console.reveal(code))) {
    await window.showTextDocument(await workspace.openTextDocument({ content: code, language: "python" }));
  }
}
