// Marks in editors: what has just been run, and where the last run failed.

import {
  DecorationRangeBehavior,
  OverviewRulerLane,
  Range,
  ThemeColor,
  window,
  type TextDocument,
  type TextEditor,
} from "vscode";
import type { Context } from "../../context";
import { plainText } from "../../ui/text";
import type { Console } from "../console";
import { failedPlace, type Piece } from "./model";

const shownMs = 400;

const justRun = window.createTextEditorDecorationType({
  isWholeLine: true,
  backgroundColor: new ThemeColor("editor.rangeHighlightBackground"),
});

const failed = window.createTextEditorDecorationType({
  isWholeLine: true,
  backgroundColor: new ThemeColor("inputValidation.errorBackground"),
  overviewRulerColor: new ThemeColor("editorError.foreground"),
  overviewRulerLane: OverviewRulerLane.Full,
  rangeBehavior: DecorationRangeBehavior.ClosedClosed,
});

/** Show in its editor what is being run. */
export function showForAMoment(document: TextDocument, pieces: readonly Piece[]): void {
  const editor = window.visibleTextEditors.find((other) => other.document === document);
  if (editor !== undefined) {
    const lines = (piece: Piece): number => piece.code.split("\n").length;
    editor.setDecorations(
      justRun,
      pieces.map((piece) => new Range(piece.line, 0, piece.line + lines(piece) - 1, 0)),
    );
    setTimeout(() => {
      editor.setDecorations(justRun, []);
    }, shownMs);
  }
}

/** Mark the line at which a run has failed, until the next run begins. */
export function markFailures(ctx: Context, console: Console): void {
  let mark: { readonly path: string; readonly line: number; readonly message: string } | undefined;
  const show = (editors: readonly TextEditor[]): void => {
    for (const editor of editors) {
      const here = mark?.path === editor.document.uri.fsPath ? mark : undefined;
      editor.setDecorations(failed, here === undefined ? [] : failureIn(editor.document, here));
    }
  };
  console.observe({
    started() {
      mark = undefined;
      show(window.visibleTextEditors);
    },
    shown: () => undefined,
    ended(_cell, error) {
      const place = error === undefined ? undefined : failedPlace(error.traceback);
      if (error !== undefined && place !== undefined) {
        mark = { ...place, message: `${error.name}: ${error.message}` };
        show(window.visibleTextEditors);
      }
    },
  });
  ctx.subscriptions.push(justRun, failed, window.onDidChangeVisibleTextEditors(show));
}

function failureIn(
  document: TextDocument,
  mark: { readonly line: number; readonly message: string },
): { readonly range: Range; readonly renderOptions: object }[] {
  if (mark.line >= document.lineCount) {
    return [];
  }
  const contentText = `   ${plainText(mark.message, 120)}`;
  const after = { contentText, color: new ThemeColor("editorError.foreground"), fontStyle: "italic" };
  return [{ range: document.lineAt(mark.line).range, renderOptions: { after } }];
}
