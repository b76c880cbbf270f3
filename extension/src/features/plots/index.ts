// Plots: every figure that code has shown, kept over reloads of the window, in a view of the panel.

import { basename, join } from "node:path";
import { ProgressLocation, Uri, window, workspace, type NotebookCell, type WebviewView } from "vscode";
import type { ShownPlot, ToExtension, ToPage } from "../../../plots/messages";
import { registerCommand, type Context } from "../../context";
import { methods, type DisplayOutput, type Output } from "../../protocol/generated";
import { confirm, messageOf, showFailure, showHint } from "../../ui/notify";
import { showPage } from "../../ui/page";
import { plainText } from "../../ui/text";
import type { Console } from "../console";
import { originOf, rememberedPixelRatio } from "../execution";
import { goToCode } from "./code";
import { formatsOf, pictureOf, plotLabel } from "./model";
import { PlotStore, type Plot } from "./store";

/** A longer code is not what anybody runs again from here. */
const longestCode = 100_000;

/** What the run of a cell has shown, as far as it may still take it back. */
type RunPlots = { shown: number[]; isCleared: boolean; readonly byDisplay: Map<string, number> };

export function activatePlots(ctx: Context, console: Console): void {
  const store = new PlotStore(join(ctx.storage.fsPath, "plots"));
  const view = new PlotsView(ctx, console, store);
  const runs = new WeakMap<NotebookCell, RunPlots>();
  const begin = (cell: NotebookCell): RunPlots => {
    const run = { shown: [], isCleared: false, byDisplay: new Map<string, number>() };
    runs.set(cell, run);
    return run;
  };
  let last: Promise<void> = Promise.resolve();
  console.observe({
    started: begin,
    ended: () => undefined,
    shown(cell, outputs) {
      if (outputs.some(({ kind }) => kind === "display" || kind === "clear")) {
        last = last
          .then(() => gather(ctx, store, { cell, run: runs.get(cell) ?? begin(cell), outputs }))
          .then((isChanged) => (isChanged ? view.refresh() : undefined))
          .catch((error: unknown) => {
            ctx.log.warn(`A plot cannot be kept: ${messageOf(error)}`);
          });
      }
    },
  });
  ctx.subscriptions.push(
    window.registerWebviewViewProvider("whiskertoolbox.plots", {
      resolveWebviewView: (webviewView) => {
        view.resolve(webviewView);
      },
    }),
  );
  registerCommand(ctx, "whiskertoolbox.deleteAllPlots", async () => {
    const plots = await store.list();
    const detail = "The figures in the console stay.";
    const question = `Delete all ${plots.length} plots from the list?`;
    if (plots.length > 0 && (await confirm({ question, detail, action: "Delete All" }))) {
      await store.delete(plots.map(({ number }) => number));
      await view.refresh();
    }
  });
}

/** Keep the pictures among outputs; what they take the place of goes. Answers whether there were any. */
async function gather(
  ctx: Context,
  store: PlotStore,
  {
    cell,
    run,
    outputs,
  }: { readonly cell: NotebookCell; readonly run: RunPlots; readonly outputs: readonly Output[] },
): Promise<boolean> {
  let isChanged = false;
  for (const output of outputs) {
    if (output.kind === "clear") {
      run.isCleared = true;
      continue;
    }
    const picture = output.kind === "display" ? pictureOf(output) : undefined;
    if (output.kind !== "display" || picture === undefined) {
      continue;
    }
    if (run.isCleared) {
      await store.delete(run.shown); // an animation is its last figure
      run.shown = [];
      run.isCleared = false;
    }
    const replaced = output.isUpdate ? run.byDisplay.get(output.displayId) : undefined;
    if (replaced !== undefined) {
      await store.delete([replaced]);
    }
    const number = await store.add(picture.content, { ...about(ctx, cell, output), type: picture.type });
    run.shown.push(number);
    if (output.displayId !== "") {
      run.byDisplay.set(output.displayId, number);
    }
    isChanged = true;
  }
  return isChanged;
}

function about(
  ctx: Context,
  cell: NotebookCell,
  output: DisplayOutput,
): Omit<Plot, "number" | "size" | "type"> {
  const { state } = ctx.daemon;
  const origin = originOf(cell);
  return {
    width: output.width,
    time: Date.now(),
    figure: output.figure,
    interpreter: state.kind === "running" ? (state.session.interpreter?.processId ?? 0) : 0,
    code: cell.document.getText().slice(0, longestCode),
    ...(origin === undefined ? {} : { origin: { ...origin, stopOnEntry: false } }),
    ...(cell.notebook.notebookType === "interactive" ? {} : { notebook: cell.notebook.uri.toString() }),
  };
}

class PlotsView {
  readonly #ctx: Context;
  readonly #console: Console;
  readonly #store: PlotStore;
  #view: WebviewView | undefined;

  constructor(ctx: Context, console: Console, store: PlotStore) {
    this.#ctx = ctx;
    this.#console = console;
    this.#store = store;
  }

  resolve(view: WebviewView): void {
    this.#view = view;
    const heard = view.webview.onDidReceiveMessage((message: ToExtension) => {
      this.#receive(message).catch((error: unknown) => {
        showFailure(error, "Show Log");
      });
    });
    view.onDidDispose(() => {
      heard.dispose();
      this.#view = undefined;
    });
    showPage(view.webview, Uri.joinPath(this.#ctx.extensionUri, "dist", "plots"), {
      title: "Plots",
      pictures: Uri.file(this.#store.folder),
    });
  }

  /** Show what there is now. */
  async refresh(): Promise<void> {
    if (this.#view !== undefined) {
      const { webview } = this.#view;
      const plots = (await this.#store.list()).map((plot): ShownPlot => ({
        number: plot.number,
        address: webview.asWebviewUri(Uri.file(this.#store.path(plot))).toString(),
        label: labelOf(plot),
        width: plot.width,
      }));
      const message: ToPage = { kind: "plots", plots };
      void webview.postMessage(message);
    }
  }

  async #receive(message: ToExtension): Promise<void> {
    switch (message.kind) {
      case "ready":
        await this.#ctx.memory.update(rememberedPixelRatio, message.pixelRatio);
        await this.refresh();
        return;
      case "copied":
        showHint("The picture is in the clipboard.");
        return;
      case "failure":
        throw new Error(message.message);
      default: {
        const plot = (await this.#store.list()).find(({ number }) => number === message.number);
        if (plot !== undefined) {
          await this.#do(message.kind, plot);
        }
      }
    }
  }

  async #do(what: "save" | "goToCode" | "runAgain" | "delete", plot: Plot): Promise<void> {
    switch (what) {
      case "save":
        await this.#save(plot);
        return;
      case "goToCode":
        await goToCode(this.#console, plot);
        return;
      case "runAgain":
        await this.#console.run(plot.code, plot.origin);
        return;
      case "delete":
        await this.#store.delete([plot.number]);
        await this.refresh();
        return;
    }
  }

  async #save(plot: Plot): Promise<void> {
    const { state } = this.#ctx.daemon;
    const isThere = state.kind === "running" && state.session.interpreter?.processId === plot.interpreter;
    const formats = formatsOf(plot.type, isThere && plot.figure !== "");
    const folder = workspace.workspaceFolders?.[0]?.uri;
    const target = await window.showSaveDialog({
      title:
        formats.length > 1
          ? "Save Plot As PNG, SVG or PDF"
          : `Save Plot As ${plot.type.toUpperCase()} (run its code again for other formats)`,
      filters: Object.fromEntries(formats.map((format) => [format.toUpperCase(), [format]])),
      ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, `figure.${plot.type}`) }),
    });
    if (target === undefined) {
      return;
    }
    const format = formats.find((one) => target.path.toLowerCase().endsWith(`.${one}`));
    if (format === undefined) {
      const endings = formats.map((one) => `.${one}`).join(", ");
      throw new Error(
        formats.length > 1
          ? `A plot is saved to a file that ends in ${endings}. Choose such a name.`
          : `Only ${endings} is there of this plot: the interpreter no longer has its figure. Run its code again, and save it then.`,
      );
    }
    const content =
      format === plot.type
        ? await workspace.fs.readFile(Uri.file(this.#store.path(plot)))
        : await this.#drawn(plot, format);
    await workspace.fs.writeFile(target, content);
  }

  /** Ask the interpreter for another format; it answers when nothing runs. */
  async #drawn({ figure }: Plot, format: "png" | "svg" | "pdf"): Promise<Uint8Array> {
    const location = ProgressLocation.Notification;
    const { data } = await window.withProgress(
      { location, title: `Drawing ${format.toUpperCase()} when nothing runs`, cancellable: true },
      (_progress, token) => this.#ctx.daemon.request(methods.figuresSave, { figure, format }, token),
    );
    return Buffer.from(data, "base64");
  }
}

function labelOf({ time, code, origin, notebook }: Plot): string {
  const line = origin?.kind === "code" ? { line: origin.line } : {};
  const name = origin?.path ?? notebook;
  const place = name === undefined ? undefined : { name: plainText(basename(name), 60), ...line };
  return plainText(plotLabel(new Date(time).toLocaleTimeString(), code, place), 120);
}
