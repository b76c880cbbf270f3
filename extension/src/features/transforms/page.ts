// The page of a pipeline: one panel, whose steps are remembered of the workspace.

import { basename } from "node:path";
import { env, Uri, ViewColumn, window, workspace, type WebviewPanel } from "vscode";
import type { Pipeline, Step, ToExtension, ToPage } from "../../../pipeline/messages";
import type { Context } from "../../context";
import type { Owned } from "../../owned";
import { methods, type ErrorOutput } from "../../protocol/generated";
import { messageOf, showFailure, showHint } from "../../ui/notify";
import { showPage } from "../../ui/page";
import { plainText } from "../../ui/text";
import type { Console } from "../console";
import type { Viewer } from "../viewer";
import { startBatch } from "./batch";
import { Previews } from "./previews";
import { parsePipeline, pipelineCode, pipelineExpression, pipelineJson } from "./model";

const remembered = "whiskertoolbox.pipeline";
const none: Pipeline = { steps: [], rest: {} };

/** What ends a run that is interrupted. */
const cancelled = "KeyboardInterrupt";

/** Lets the user choose a step that goes behind others. */
type ChooseStep = (before: readonly Step[]) => Promise<Step | undefined>;

export class PipelinePanel implements Owned {
  readonly #ctx: Context;
  readonly #console: Console;
  readonly #chooseStep: ChooseStep;
  readonly #previews: Previews;
  #panel: WebviewPanel | undefined;
  #pipeline: Pipeline;
  #chosen = 0;
  /** The code that runs for the page. */
  #running: string | undefined;
  #isReady = false;

  constructor(ctx: Context, console: Console, viewer: Viewer, chooseStep: ChooseStep) {
    this.#ctx = ctx;
    this.#previews = new Previews(ctx, viewer, (preview) => {
      this.#tell({ kind: "preview", preview });
    });
    this.#console = console;
    this.#chooseStep = chooseStep;
    this.#pipeline = ctx.memory.get<Pipeline>(remembered, none);
    console.observe({
      started: () => undefined,
      shown: () => undefined,
      ended: (cell, error) => {
        if (this.#running !== undefined && cell.document.getText() === this.#running) {
          this.#running = undefined;
          this.#say(endOf(error), error !== undefined && error.name !== cancelled);
        }
      },
    });
  }

  /** Show the page as it was left. */
  open(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal();
      return;
    }
    const panel = window.createWebviewPanel("whiskertoolbox.pipeline", "Pipeline", ViewColumn.Active, {
      retainContextWhenHidden: true,
    });
    this.#panel = panel;
    const owned = [
      panel.webview.onDidReceiveMessage((message: ToExtension) => {
        this.#receive(message).catch((error: unknown) => {
          showFailure(error, "Show Log");
        });
      }),
      this.#ctx.daemon.on(methods.dataChanged, () => {
        this.refresh();
        this.#previews.again();
      }),
    ];
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#isReady = false;
      this.#previews.end();
      for (const one of owned) {
        one.dispose();
      }
    });
    showPage(panel.webview, Uri.joinPath(this.#ctx.extensionUri, "dist", "pipeline"), {
      title: "WhiskerToolbox Pipeline",
    });
  }

  /** Show a step behind those that are there. */
  async add(step: Step): Promise<void> {
    await this.#replace({ ...this.#pipeline, steps: [...this.#pipeline.steps, step] });
    this.#chosen = this.#pipeline.steps.length - 1;
    this.#show();
  }

  /** Show a pipeline in place of the one that is there. */
  async openFile(file: Uri): Promise<void> {
    const text = new TextDecoder().decode(await workspace.fs.readFile(file));
    await this.#replace(parsePipeline(text, plainText(basename(file.fsPath))));
    this.#chosen = 0;
    this.#show();
  }

  /** Ask again what there is. */
  refresh(): void {
    this.#tellKnown().catch((error: unknown) => {
      this.#ctx.log.warn(`The page of the pipeline is not up to date: ${messageOf(error)}`);
    });
  }

  dispose(): void {
    this.#panel?.dispose();
    this.#previews.dispose();
  }

  async #replace(pipeline: Pipeline): Promise<void> {
    this.#pipeline = pipeline;
    await this.#ctx.memory.update(remembered, pipeline);
  }

  #show(): void {
    this.open();
    this.#tell({ kind: "pipeline", pipeline: this.#pipeline, chosen: this.#chosen });
    this.refresh();
  }

  #tell(message: ToPage): void {
    if (this.#isReady) {
      void this.#panel?.webview.postMessage(message);
    }
  }

  #say(text: string, isFailure = false): void {
    this.#tell({ kind: "state", text, isFailure, isRunning: this.#running !== undefined });
  }

  async #tellKnown(): Promise<void> {
    if (this.#isReady) {
      const { transforms } = await this.#ctx.daemon.request(methods.transformsList, {});
      const { keys } = await this.#ctx.daemon.request(methods.dataList, {});
      const names = keys.map(({ key, type }) => ({ key, type }));
      this.#tell({ kind: "known", known: { transforms, keys: names } });
    }
  }

  async #receive(message: ToExtension): Promise<void> {
    switch (message.kind) {
      case "ready":
        this.#isReady = true;
        await this.#tellKnown();
        this.#tell({ kind: "pipeline", pipeline: this.#pipeline, chosen: this.#chosen });
        this.#say(this.#running === undefined ? "" : "Running…");
        return;
      case "changed":
        await this.#replace(message.pipeline);
        return;
      case "preview":
        this.#previews.ask(message.steps, message.budget);
        return;
      case "run":
        await this.#run(pipelineCode({ ...this.#pipeline, steps: message.steps }));
        return;
      case "interrupt":
        await this.#ctx.daemon.request(methods.interrupt, {});
        return;
      case "add": {
        const step = await this.#chooseStep(this.#pipeline.steps);
        if (step !== undefined) {
          await this.add(step);
        }
        return;
      }
      case "copy":
        await env.clipboard.writeText(pipelineCode({ ...this.#pipeline, steps: message.steps }));
        showHint("The Python is in the clipboard.");
        return;
      case "insert":
        await this.#console.insert(pipelineCode({ ...this.#pipeline, steps: message.steps }));
        return;
      case "batch":
        await startBatch(this.#ctx, this.#console, pipelineExpression(this.#pipeline));
        return;
      case "open": {
        const file = await pickPipeline("Open");
        if (file !== undefined) {
          await this.openFile(file);
        }
        return;
      }
      case "save":
        await this.#save();
        return;
    }
  }

  async #run(code: string): Promise<void> {
    this.#running = code;
    this.#say("Running…");
    try {
      await this.#console.run(code);
    } finally {
      if (this.#running === code) {
        this.#running = undefined; // it has not begun: what waits for its turn can be taken back
        this.#say("Not run.");
      }
    }
  }

  async #save(): Promise<void> {
    const folder = workspace.workspaceFolders?.[0]?.uri;
    const target = await window.showSaveDialog({
      title: "Save Pipeline As JSON",
      filters: { Pipeline: ["json"] },
      ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, "pipeline.json") }),
    });
    if (target !== undefined) {
      await workspace.fs.writeFile(target, new TextEncoder().encode(pipelineJson(this.#pipeline)));
      this.#say(`Saved as ${plainText(basename(target.fsPath), 60)}.`);
    }
  }
}

/** How a run has ended. */
function endOf(error: ErrorOutput | undefined): string {
  if (error === undefined) {
    return "Done.";
  }
  return error.name === cancelled
    ? "Cancelled."
    : `Failed: ${plainText(`${error.name}: ${error.message}`, 300)}`;
}

/** Let the user choose a pipeline's file. */
export async function pickPipeline(action: string): Promise<Uri | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const chosen = await window.showOpenDialog({
    title: `${action}: choose a pipeline (JSON)`,
    openLabel: action,
    filters: { Pipeline: ["json"] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return chosen?.[0];
}
