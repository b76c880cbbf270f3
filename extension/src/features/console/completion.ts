// Completion on the live namespace, in the console's input and in notebook cells.

import {
  CompletionItem,
  CompletionItemKind,
  languages,
  Range,
  type CancellationToken,
  type CompletionItemProvider,
  type DocumentSelector,
  type Position,
  type TextDocument,
} from "vscode";
import type { Context } from "../../context";
import { methods } from "../../protocol/generated";
import { codePointsBefore, utf16Offset } from "./model";

const selector: DocumentSelector = [
  { scheme: "vscode-interactive-input", language: "python" },
  { notebookType: "interactive", language: "python" },
  { notebookType: "jupyter-notebook", language: "python" },
];

/** Jedi's words, as VS Code's icons. */
const kinds: Readonly<Record<string, CompletionItemKind>> = {
  function: CompletionItemKind.Function,
  class: CompletionItemKind.Class,
  module: CompletionItemKind.Module,
  instance: CompletionItemKind.Variable,
  statement: CompletionItemKind.Variable,
  param: CompletionItemKind.Variable,
  property: CompletionItemKind.Property,
  keyword: CompletionItemKind.Keyword,
  path: CompletionItemKind.File,
  magic: CompletionItemKind.Operator,
};

export function registerConsoleCompletion(ctx: Context): void {
  const provider: CompletionItemProvider = {
    provideCompletionItems: (document, position, token) => complete(ctx, document, position, token),
  };
  ctx.subscriptions.push(
    languages.registerCompletionItemProvider(selector, provider, ".", "%", '"', "'", "/"),
  );
}

async function complete(
  ctx: Context,
  document: TextDocument,
  position: Position,
  token: CancellationToken,
): Promise<CompletionItem[]> {
  if (ctx.daemon.state.kind !== "running") {
    return [];
  }
  // Python's lines end in \n whatever the document's do, and its offsets count code points.
  const code = document.getText().replaceAll("\r\n", "\n");
  const before = document
    .getText(new Range(0, 0, position.line, position.character))
    .replaceAll("\r\n", "\n");
  const cursor = codePointsBefore(before, before.length);
  const { start, end, matches } = await ctx.daemon.request(methods.complete, { code, cursor }, token);
  const range = new Range(positionAt(code, start), positionAt(code, end));
  return matches.map(({ text, type }, index) => {
    const item = new CompletionItem(text, kinds[type] ?? CompletionItemKind.Variable);
    item.range = range;
    item.sortText = String(index).padStart(5, "0"); // the interpreter's order
    item.filterText = text;
    return item;
  });
}

function positionAt(code: string, codePoints: number): Position {
  const before = code.slice(0, utf16Offset(code, codePoints));
  const line = before.split("\n").length - 1;
  return new Range(0, 0, line, before.length - (before.lastIndexOf("\n") + 1)).end;
}
