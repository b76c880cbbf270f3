// The console's input box: what Enter does, and walking through the history.

import { join } from "node:path";
import { commands, Position, Range, Selection, window, type TextEditor } from "vscode";
import { registerCommand, type Context } from "../../context";
import { methods } from "../../protocol/generated";
import { messageOf, showFailure, showHint } from "../../ui/notify";
import { labelText } from "../../ui/text";
import { InputHistory } from "./history";
import { appendToHistory, readHistory } from "./historyFile";

export const inputScheme = "vscode-interactive-input";

/** Remembers what has run. */
export type Remembering = { remember(code: string): void };

export function activateTyping(ctx: Context, run: (code: string) => Promise<void>): Remembering {
  const path = join(ctx.storage.fsPath, "console-history.jsonl");
  let history = new InputHistory();
  const loaded = readHistory(path).then(
    (read) => {
      history = read;
    },
    (error: unknown) => {
      ctx.log.warn(`The history of the console cannot be read: ${messageOf(error)}`);
    },
  );
  registerCommand(ctx, "whiskertoolbox.consoleEnter", () => enter(ctx, run));
  registerCommand(ctx, "whiskertoolbox.consoleHistoryPrevious", async () => {
    await loaded;
    const editor = inputEditor();
    if (editor !== undefined && editor.selection.active.line > 0) {
      await commands.executeCommand("cursorUp");
      return;
    }
    const code = editor && history.previous(editor.document.getText());
    if (code !== undefined) {
      await fill(editor, code, "firstLine");
    }
  });
  registerCommand(ctx, "whiskertoolbox.consoleHistoryNext", async () => {
    const editor = inputEditor();
    if (editor !== undefined && editor.selection.active.line < editor.document.lineCount - 1) {
      await commands.executeCommand("cursorDown");
      return;
    }
    const code = editor && history.next(editor.document.getText());
    if (code !== undefined) {
      await fill(editor, code, "lastLine");
    }
  });
  registerCommand(ctx, "whiskertoolbox.searchHistory", async () => {
    await loaded;
    const editor = inputEditor();
    const code = await chooseEntry(history.newestFirst());
    if (code !== undefined) {
      await (editor === undefined
        ? commands.executeCommand("whiskertoolbox.openConsole")
        : window.showTextDocument(editor.document).then(undefined, () => undefined)); // the box has the focus anyway
      await fill(inputEditor() ?? editor, code, "lastLine");
    }
  });
  return {
    remember(code) {
      void loaded
        .then(async () => {
          if (history.add(code)) {
            await appendToHistory(path, history.entries.at(-1) ?? code);
          }
        })
        .catch((error: unknown) => {
          ctx.log.warn(`The history of the console cannot be written: ${messageOf(error)}`);
        });
    },
  };
}

function inputEditor(): TextEditor | undefined {
  const editor = window.activeTextEditor;
  return editor?.document.uri.scheme === inputScheme ? editor : undefined;
}

let lastEnter: Promise<void> = Promise.resolve();

/** Run what is whole; continue what is not on a new, indented line. One at a time, for keys that are pressed fast. */
function enter(ctx: Context, run: (code: string) => Promise<void>): Promise<void> {
  const editor = inputEditor();
  if (editor === undefined) {
    return Promise.resolve();
  }
  const pressed = typedIn(editor);
  const done = lastEnter.then(() => {
    // What an earlier Enter has done to the text counts, what was typed meanwhile does not.
    const typed = pressed.generation === generation ? pressed : typedIn(editor);
    return takeTyped(ctx, editor, typed, run);
  });
  lastEnter = done.catch(() => undefined);
  return done;
}

/** Grows whenever Enter changes the text. */
let generation = 0;

type Typed = {
  readonly code: string;
  readonly at: Position;
  readonly isLastLine: boolean;
  readonly version: number;
  readonly generation: number;
};

function typedIn({ document, selection }: TextEditor): Typed {
  return {
    code: document.getText().replaceAll("\r\n", "\n"),
    at: selection.active,
    isLastLine: selection.active.line === document.lineCount - 1,
    version: document.version,
    generation,
  };
}

async function takeTyped(
  ctx: Context,
  editor: TextEditor,
  typed: Typed,
  run: (code: string) => Promise<void>,
): Promise<void> {
  const { code, at, isLastLine, version } = typed;
  if (code.trim() === "") {
    return;
  }
  const { status, indent } = isLastLine
    ? await ctx.daemon.request(methods.checkComplete, { code })
    : { status: "incomplete", indent: "" }; // in the middle of what is being written
  generation++;
  if (status === "incomplete") {
    await editor.edit((edit) => {
      edit.insert(at, `\n${indent}`);
    });
  } else if (editor.document.version === version) {
    soon(ctx, commands.executeCommand("interactive.execute"));
  } else {
    // What was typed while the interpreter was asked is the next input.
    await editor.edit((edit) => {
      edit.delete(new Range(new Position(0, 0), at));
    });
    soon(ctx, run(code));
  }
}

/** Whoever types goes on while it runs. */
function soon(ctx: Context, running: Thenable<unknown>): void {
  running.then(undefined, (error: unknown) => {
    ctx.log.error(messageOf(error));
    showFailure(error, "Show Log");
  });
}

async function fill(
  editor: TextEditor | undefined,
  code: string,
  cursor: "firstLine" | "lastLine",
): Promise<void> {
  if (editor === undefined) {
    return;
  }
  const { document } = editor;
  const everything = new Range(new Position(0, 0), document.lineAt(document.lineCount - 1).range.end);
  await editor.edit((edit) => {
    edit.replace(everything, code);
  });
  // At the edge that the next key goes over.
  const line = document.lineAt(cursor === "firstLine" ? 0 : document.lineCount - 1);
  editor.selection = new Selection(line.range.end, line.range.end);
}

async function chooseEntry(entries: readonly string[]): Promise<string | undefined> {
  if (entries.length === 0) {
    showHint("nothing has been run yet");
    return undefined;
  }
  const items = entries.map((code) => {
    const [first = "", ...rest] = code.split("\n");
    return {
      label: labelText(first, 200),
      detail: rest.length > 0 ? labelText(rest.join(" ⏎ "), 200) : "",
      code,
    };
  });
  const chosen = await window.showQuickPick(items, {
    title: "Search History",
    placeHolder: "Code that was typed or run, newest first",
    matchOnDetail: true,
  });
  return chosen?.code;
}
