// The viewer of signals, events, intervals and video: its panel, and the editor of `.wtview.json` files.

import {
  EventEmitter,
  Range,
  ViewColumn,
  window,
  workspace,
  WorkspaceEdit,
  type CustomTextEditorProvider,
  type Event,
  type ExtensionContext,
  type TextDocument,
  type WebviewPanel,
} from "vscode";
import type { Selection } from "../../../viewer/messages";
import { registerCommand, type Context } from "../../context";
import { methods, type ShowViews, type ViewerState } from "../../protocol/generated";
import { labelText } from "../../ui/text";
import type { Console } from "../console";
import { ViewerPage, type PageActions } from "./page";

/** What the viewer offers to other features. */
export type Viewer = {
  /** Show data keys, in the viewer that is open or in a new one. */
  show(keys: readonly string[]): Promise<void>;
  /** Something was clicked in a viewer, or nothing. */
  readonly onDidSelect: Event<Selection | undefined>;
  /** Where the viewer is that was moved last; undefined when none is open. */
  readonly place: ViewerState | undefined;
  readonly onDidMove: Event<unknown>;
};

const lastLayout = "whiskertoolbox.viewer.layout";

export function activateViewer(ctx: Context, console: Console, extension: ExtensionContext): Viewer {
  const pages = new Pages(ctx, console, extension);
  const panel = new Panel(ctx, pages, extension);
  ctx.subscriptions.push(
    panel,
    pages,
    window.registerCustomEditorProvider("whiskertoolbox.layout", new LayoutEditor(ctx, pages), {
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

/** The pages that are open: what is selected in one of them is selected in all. */
class Pages {
  readonly #ctx: Context;
  readonly #console: Console;
  readonly #extension: ExtensionContext;
  readonly #open = new Set<ViewerPage>();
  readonly #selections = new EventEmitter<Selection | undefined>();
  readonly #moves = new EventEmitter<unknown>();
  readonly onDidSelect = this.#selections.event;
  readonly onDidMove = this.#moves.event;
  place: ViewerState | undefined;

  constructor(ctx: Context, console: Console, extension: ExtensionContext) {
    this.#ctx = ctx;
    this.#console = console;
    this.#extension = extension;
  }

  /** Show a page in a panel, and let go of it when that is closed. */
  show(panel: WebviewPanel, layoutChanged: PageActions["layoutChanged"]): ViewerPage {
    const page = new ViewerPage(this.#ctx, panel.webview, this.#extension.extensionUri, {
      layoutChanged,
      stateChanged: (state) => {
        this.#ctx.daemon.notify(methods.viewerState, state);
        this.place = state;
        this.#moves.fire(state);
      },
      selected: (selection) => {
        for (const other of this.#open) {
          if (other !== page) {
            other.tell({ kind: "select", selection });
          }
        }
        this.#selections.fire(selection);
      },
      run: (code) => this.#console.run(code),
      insert: (code) => this.#console.insert(code),
      chooseKeys: () => chooseKeys(this.#ctx),
    });
    this.#open.add(page);
    panel.onDidDispose(() => {
      this.#open.delete(page);
      page.dispose();
      if (this.#open.size === 0) {
        this.place = undefined;
        this.#moves.fire(undefined);
      }
    });
    return page;
  }

  dispose(): void {
    this.#selections.dispose();
    this.#moves.dispose();
  }
}

class Panel implements Viewer {
  readonly #ctx: Context;
  readonly #pages: Pages;
  readonly #extension: ExtensionContext;
  readonly onDidSelect: Event<Selection | undefined>;
  readonly onDidMove: Event<unknown>;
  #open: { readonly panel: WebviewPanel; readonly page: ViewerPage } | undefined;

  constructor(ctx: Context, pages: Pages, extension: ExtensionContext) {
    this.#ctx = ctx;
    this.#pages = pages;
    this.#extension = extension;
    this.onDidSelect = pages.onDidSelect;
    this.onDidMove = pages.onDidMove;
  }

  get place(): ViewerState | undefined {
    return this.#pages.place;
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
    const { workspaceState } = this.#extension;
    const panel = window.createWebviewPanel(
      "whiskertoolbox.viewer",
      "Viewer",
      { viewColumn: ViewColumn.Active, preserveFocus: false },
      { enableScripts: true, retainContextWhenHidden: true },
    );
    const page = this.#pages.show(panel, (text) => void workspaceState.update(lastLayout, text));
    this.#open = { panel, page };
    panel.onDidDispose(() => {
      this.#open = undefined;
    });
    page.tell({ kind: "open", text: withLast ? workspaceState.get(lastLayout, "") : "" });
    return page;
  }
}

/** A `.wtview.json` file as a viewer; what is changed in it goes into the document, which is saved and undone as any. */
class LayoutEditor implements CustomTextEditorProvider {
  readonly #ctx: Context;
  readonly #pages: Pages;

  constructor(ctx: Context, pages: Pages) {
    this.#ctx = ctx;
    this.#pages = pages;
  }

  async resolveCustomTextEditor(document: TextDocument, panel: WebviewPanel): Promise<void> {
    await this.#ctx.daemon.request(methods.sessionStatus, {});
    let written = document.getText();
    const page = this.#pages.show(panel, (text) => {
      if (text !== document.getText()) {
        written = text;
        const edit = new WorkspaceEdit();
        edit.replace(document.uri, new Range(0, 0, document.lineCount, 0), text);
        void workspace.applyEdit(edit);
      }
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
    });
    page.tell({ kind: "open", text: written });
  }
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
