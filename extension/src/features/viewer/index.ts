// The viewer of signals, events, intervals and video: its panel, and the editor of `.wtview.json` files.

import {
  Range,
  ViewColumn,
  window,
  workspace,
  WorkspaceEdit,
  type CustomTextEditorProvider,
  type ExtensionContext,
  type TextDocument,
  type WebviewPanel,
} from "vscode";
import { registerCommand, type Context } from "../../context";
import { methods, type ShowViews } from "../../protocol/generated";
import { labelText } from "../../ui/text";
import type { Console } from "../console";
import { ViewerPage, type PageActions } from "./page";

/** What the viewer offers to other features. */
export type Viewer = {
  /** Show data keys, in the viewer that is open or in a new one. */
  show(keys: readonly string[]): Promise<void>;
};

const lastLayout = "whiskertoolbox.viewer.layout";

export function activateViewer(ctx: Context, console: Console, extension: ExtensionContext): Viewer {
  const panel = new Panel(ctx, console, extension);
  ctx.subscriptions.push(
    panel,
    window.registerCustomEditorProvider("whiskertoolbox.layout", new LayoutEditor(ctx, console, extension), {
      webviewOptions: { retainContextWhenHidden: true },
      supportsMultipleEditorsPerDocument: false,
    }),
  );
  registerCommand(ctx, "whiskertoolbox.openViewer", () => panel.open());
  ctx.subscriptions.push(
    ctx.daemon.on(methods.viewerShow, (shown) => {
      panel.go(shown);
    }),
  );
  return panel;
}

class Panel implements Viewer {
  readonly #ctx: Context;
  readonly #console: Console;
  readonly #extension: ExtensionContext;
  #open: { readonly panel: WebviewPanel; readonly page: ViewerPage } | undefined;

  constructor(ctx: Context, console: Console, extension: ExtensionContext) {
    this.#ctx = ctx;
    this.#console = console;
    this.#extension = extension;
  }

  /** Show the viewer with what it showed last. */
  async open(): Promise<void> {
    await this.#ctx.daemon.request(methods.sessionStatus, {}); // starts the session if it is not running
    this.#shown(true);
  }

  show(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) {
      this.#shown(false).tell({ kind: "add", keys });
    }
    return Promise.resolve();
  }

  /** What code asks for. */
  go({ keys, time, start, end }: ShowViews): void {
    const page = this.#shown(keys.length === 0);
    if (keys.length > 0) {
      page.tell({ kind: "add", keys });
    }
    page.tell({
      kind: "go",
      ...(time === null ? {} : { time }),
      ...(start === null || end === null ? {} : { start, end }),
    });
  }

  dispose(): void {
    this.#open?.panel.dispose();
  }

  #shown(withLast: boolean): ViewerPage {
    if (this.#open !== undefined) {
      this.#open.panel.reveal(undefined, true);
      return this.#open.page;
    }
    const { workspaceState, extensionUri } = this.#extension;
    const panel = window.createWebviewPanel(
      "whiskertoolbox.viewer",
      "Viewer",
      { viewColumn: ViewColumn.Active, preserveFocus: false },
      { enableScripts: true, retainContextWhenHidden: true },
    );
    const page = new ViewerPage(this.#ctx, panel.webview, extensionUri, {
      ...actions(this.#ctx, this.#console),
      layoutChanged: (text) => void workspaceState.update(lastLayout, text),
    });
    this.#open = { panel, page };
    panel.onDidDispose(() => {
      page.dispose();
      this.#open = undefined;
    });
    page.tell({ kind: "open", text: withLast ? workspaceState.get(lastLayout, "") : "" });
    return page;
  }
}

/** A `.wtview.json` file as a viewer; what is changed in it goes into the document, which is saved and undone as any. */
class LayoutEditor implements CustomTextEditorProvider {
  readonly #ctx: Context;
  readonly #console: Console;
  readonly #extension: ExtensionContext;

  constructor(ctx: Context, console: Console, extension: ExtensionContext) {
    this.#ctx = ctx;
    this.#console = console;
    this.#extension = extension;
  }

  async resolveCustomTextEditor(document: TextDocument, panel: WebviewPanel): Promise<void> {
    await this.#ctx.daemon.request(methods.sessionStatus, {});
    let written = document.getText();
    const page = new ViewerPage(this.#ctx, panel.webview, this.#extension.extensionUri, {
      ...actions(this.#ctx, this.#console),
      layoutChanged: (text) => {
        if (text !== document.getText()) {
          written = text;
          const edit = new WorkspaceEdit();
          edit.replace(document.uri, new Range(0, 0, document.lineCount, 0), text);
          void workspace.applyEdit(edit);
        }
      },
    });
    const changes = workspace.onDidChangeTextDocument((event) => {
      const text = document.getText();
      if (event.document === document && event.contentChanges.length > 0 && text !== written) {
        written = text;
        page.tell({ kind: "open", text });
      }
    });
    panel.onDidDispose(() => {
      changes.dispose();
      page.dispose();
    });
    page.tell({ kind: "open", text: written });
  }
}

function actions(ctx: Context, console: Console): Omit<PageActions, "layoutChanged"> {
  return {
    stateChanged: (state) => {
      ctx.daemon.notify(methods.viewerState, state);
    },
    insert: (code) => console.insert(code),
    chooseKeys: () => chooseKeys(ctx),
  };
}

async function chooseKeys(ctx: Context): Promise<readonly string[]> {
  const { keys } = await ctx.daemon.request(methods.viewsDescribe, { keys: [] });
  const items = keys
    .filter(({ shape }) => shape !== "none")
    .map(({ key, type, sizeLabel, timeKey }) => ({
      key,
      label: labelText(key),
      description: labelText(`${type} · ${sizeLabel} · ${timeKey}`),
    }));
  const chosen = await window.showQuickPick(items, {
    canPickMany: true,
    title: "Show Data Keys",
    matchOnDescription: true,
  });
  return chosen?.map(({ key }) => key) ?? [];
}
