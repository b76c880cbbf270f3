// Tables of variables: a panel for each, which asks for what is in sight of it, also while code runs.

import { env, Uri, ViewColumn, window, type WebviewPanel } from "vscode";
import type { ToExtension, ToPage } from "../../../table/messages";
import type { Context } from "../../context";
import { methods, type ReadTable } from "../../protocol/generated";
import { messageOf, showFailure, showHint } from "../../ui/notify";
import { showPage } from "../../ui/page";
import { plainText } from "../../ui/text";
import type { Console } from "../console";

/** What tables offer to other features. */
export type Tables = {
  /** Show a variable, or a part of one, as a table. `path` is as of `variables/list`. */
  show(path: readonly string[], name: string): void;
};

/** While code runs, values change of which nobody tells. */
const lookAgainMs = 1000;

export function activateTables(ctx: Context, console: Console): Tables {
  const open = new Map<string, WebviewPanel>();
  return {
    show(path, name) {
      const key = path.join("\0");
      const known = open.get(key);
      if (known !== undefined) {
        known.reveal();
        return;
      }
      const panel = openTable(ctx, console, { path, name });
      open.set(key, panel);
      panel.onDidDispose(() => open.delete(key));
    },
  };
}

function openTable(
  ctx: Context,
  console: Console,
  { path, name }: { readonly path: readonly string[]; readonly name: string },
): WebviewPanel {
  const panel = window.createWebviewPanel("whiskertoolbox.table", plainText(name, 60), ViewColumn.Active, {
    retainContextWhenHidden: true,
  });
  const { webview } = panel;
  const tell = (message: ToPage): void => void webview.postMessage(message);
  const lookAgain = (): void => {
    if (panel.visible) {
      tell({ kind: "changed" });
    }
  };
  const view = (of: Omit<ReadTable["view"], "path">): ReadTable["view"] => ({ ...of, path: [...path] });
  const receive = async (message: ToExtension): Promise<void> => {
    switch (message.kind) {
      case "read": {
        const { id, params } = message;
        try {
          const part = await ctx.daemon.request(methods.tablesRead, { ...params, view: view(params.view) });
          tell({ kind: "part", id, part });
        } catch (error) {
          tell({ kind: "failure", id, message: messageOf(error) });
        }
        return;
      }
      case "copy": {
        const { params } = message;
        const { text } = await ctx.daemon.request(methods.tablesCopy, { ...params, view: view(params.view) });
        await env.clipboard.writeText(text);
        showHint("The selected cells are in the clipboard.");
        return;
      }
      case "insert":
        await console.insert(message.code);
        return;
    }
  };
  const owned = [
    webview.onDidReceiveMessage((message: ToExtension) => {
      receive(message).catch((error: unknown) => {
        showFailure(error, "Show Log");
      });
    }),
    ctx.daemon.on(methods.variablesChanged, lookAgain),
    panel.onDidChangeViewState(lookAgain),
  ];
  const timer = setInterval(() => {
    if (isBusy(ctx)) {
      lookAgain();
    }
  }, lookAgainMs);
  panel.onDidDispose(() => {
    clearInterval(timer);
    for (const one of owned) {
      one.dispose();
    }
  });
  showPage(webview, Uri.joinPath(ctx.extensionUri, "dist", "table"), { title: "WhiskerToolbox Table" });
  return panel;
}

function isBusy({ daemon: { state } }: Context): boolean {
  return state.kind === "running" && state.session.state === "busy";
}
