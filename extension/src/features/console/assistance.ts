// Help on the live namespace, in the console's input and in notebook cells: completion, parameters, hover. The names of
// data keys, clocks and groups come from the daemon's language server, there and in Python files.

import {
  CompletionItem,
  CompletionItemKind,
  Hover,
  languages,
  MarkdownString,
  ParameterInformation,
  Range,
  SignatureHelp,
  SignatureInformation,
  type CancellationToken,
  type CompletionItemProvider,
  type DocumentSelector,
  type Position,
  type TextDocument,
} from "vscode";
import type { Context } from "../../context";
import { methods } from "../../protocol/generated";
import { codePointsBefore, inspectionText, preformatted, utf16Offset } from "./model";

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

export function registerAssistance(ctx: Context): void {
  const completion: CompletionItemProvider = {
    provideCompletionItems: (document, position, token) => complete(ctx, document, position, token),
  };
  ctx.subscriptions.push(
    languages.registerCompletionItemProvider(selector, completion, ".", "%", '"', "'", "/"),
    languages.registerSignatureHelpProvider(
      selector,
      { provideSignatureHelp: (document, position, token) => signatures(ctx, document, position, token) },
      "(",
      ",",
    ),
    languages.registerHoverProvider(selector, {
      provideHover: (document, position, token) => hover(ctx, document, position, token),
    }),
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
  const asked = codeAt(document, position);
  const { start, end, matches } = await ctx.daemon.request(methods.complete, asked, token);
  const range = new Range(positionAt(asked.code, start), positionAt(asked.code, end));
  return matches.map(({ text, type }, index) => {
    const item = new CompletionItem(text, kinds[type] ?? CompletionItemKind.Variable);
    item.range = range;
    item.sortText = String(index).padStart(5, "0"); // the interpreter's order
    item.filterText = text;
    item.detail = type;
    return item;
  });
}

async function signatures(
  ctx: Context,
  document: TextDocument,
  position: Position,
  token: CancellationToken,
): Promise<SignatureHelp | undefined> {
  if (ctx.daemon.state.kind !== "running") {
    return undefined;
  }
  const found = await ctx.daemon.request(methods.signatures, codeAt(document, position), token);
  if (found.signatures.length === 0) {
    return undefined;
  }
  const help = new SignatureHelp();
  help.signatures = found.signatures.map(({ label, parameters, activeParameter, documentation }) => {
    const information = new SignatureInformation(label, new MarkdownString(preformatted(documentation)));
    information.parameters = parameters.map((parameter) => new ParameterInformation(parameter));
    information.activeParameter = Math.max(0, activeParameter);
    return information;
  });
  help.activeSignature = 0;
  help.activeParameter = Math.max(0, found.signatures[0]?.activeParameter ?? 0);
  return help;
}

async function hover(
  ctx: Context,
  document: TextDocument,
  position: Position,
  token: CancellationToken,
): Promise<Hover | undefined> {
  if (ctx.daemon.state.kind !== "running") {
    return undefined;
  }
  const found = await ctx.daemon.request(methods.inspect, codeAt(document, position), token);
  return found.expression === "" ? undefined : new Hover(new MarkdownString(inspectionText(found)));
}

/** A document's text as Python counts it: lines end in \n whatever the document's do, offsets are of code points. */
function codeAt(
  document: TextDocument,
  position: Position,
): { readonly code: string; readonly cursor: number } {
  const before = document
    .getText(new Range(0, 0, position.line, position.character))
    .replaceAll("\r\n", "\n");
  return {
    code: document.getText().replaceAll("\r\n", "\n"),
    cursor: codePointsBefore(before, before.length),
  };
}

function positionAt(code: string, codePoints: number): Position {
  const before = code.slice(0, utf16Offset(code, codePoints));
  const line = before.split("\n").length - 1;
  return new Range(0, 0, line, before.length - (before.lastIndexOf("\n") + 1)).end;
}
