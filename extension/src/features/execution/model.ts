// What a run shows, as notebook outputs: which bytes under which MIME type, and what each output does to those before
// it. Pure: the cell that is written to is behind `OutputTarget`.

import { dirname, isAbsolute, join } from "node:path";
import type { DisplayOutput, ErrorOutput, Output, RunOptions, RunQueue } from "../../protocol/generated";

/** One representation of an output. */
export type OutputItem = { readonly mime: string; readonly data: Uint8Array };

/** A place that outputs are written to: one cell. `Handle` stands for an output that is already there. */
export type OutputTarget<Handle> = {
  append(items: readonly OutputItem[]): Promise<Handle>;
  /** Add to an output that is there: text of the same stream is joined. */
  extend(handle: Handle, items: readonly OutputItem[]): Promise<void>;
  replace(handle: Handle, items: readonly OutputItem[]): Promise<void>;
  clear(): Promise<void>;
};

// MIME types that VS Code's own renderers know.
export const stdoutMime = "application/vnd.code.notebook.stdout";
export const stderrMime = "application/vnd.code.notebook.stderr";
export const errorMime = "application/vnd.code.notebook.error";

/** Displays that later updates may replace, by their id; shared by all cells of a document. */
export type Displays<Handle> = Map<string, Handle>;

/** Writes one run's outputs to its cell, in order. */
export class OutputWriter<Handle> {
  readonly #target: OutputTarget<Handle>;
  readonly #displays: Displays<Handle>;
  #stream: { readonly mime: string; readonly handle: Handle } | undefined;
  #clearBeforeNext = false;

  constructor(target: OutputTarget<Handle>, displays: Displays<Handle>) {
    this.#target = target;
    this.#displays = displays;
  }

  async write(outputs: readonly Output[]): Promise<void> {
    for (const output of outputs) {
      await this.#writeOne(output);
    }
  }

  async #writeOne(output: Output): Promise<void> {
    if (output.kind === "clear") {
      if (output.wait) {
        this.#clearBeforeNext = true;
      } else {
        await this.#clear();
      }
      return;
    }
    const updated =
      output.kind === "display" && output.isUpdate ? this.#displays.get(output.displayId) : undefined;
    if (output.kind === "display" && output.isUpdate) {
      if (updated !== undefined) {
        await this.#target.replace(updated, displayItems(output));
      }
      return; // an update of something that is no longer shown
    }
    if (this.#clearBeforeNext) {
      await this.#clear();
    }
    if (output.kind === "stream") {
      await this.#writeStream(output.name === "stdout" ? stdoutMime : stderrMime, output.text);
      return;
    }
    this.#stream = undefined;
    const handle = await this.#target.append(
      output.kind === "error" ? [errorItem(output)] : displayItems(output),
    );
    if (output.kind === "display" && output.displayId !== "") {
      this.#displays.set(output.displayId, handle);
    }
  }

  async #writeStream(mime: string, text: string): Promise<void> {
    const items = [textItem(mime, text)];
    if (this.#stream?.mime === mime) {
      await this.#target.extend(this.#stream.handle, items);
    } else {
      this.#stream = { mime, handle: await this.#target.append(items) };
    }
  }

  async #clear(): Promise<void> {
    this.#clearBeforeNext = false;
    this.#stream = undefined;
    await this.#target.clear();
  }
}

/** An error in the form that VS Code's renderer shows with links into files. */
export function errorItem(error: Pick<ErrorOutput, "name" | "message" | "traceback">): OutputItem {
  const content = { name: error.name, message: error.message, stack: error.traceback };
  return textItem(errorMime, JSON.stringify(content));
}

/** How a notebook file shall keep an error; VS Code would end each line of its traceback twice. */
export function savedError(error: OutputItem): Readonly<Record<string, unknown>> {
  const { name, message, stack } = JSON.parse(Buffer.from(error.data).toString("utf8")) as {
    readonly name: string;
    readonly message: string;
    readonly stack: string;
  };
  return { output_type: "error", ename: name, evalue: message, traceback: stack.split("\n") };
}

/** Every representation of a display; VS Code shows the richest that it can. */
export function displayItems(
  output: Pick<DisplayOutput, "data" | "width" | "height">,
): readonly OutputItem[] {
  const items = Object.entries(output.data).map(([mime, value]) =>
    isBinary(mime) ? { mime, data: Buffer.from(value, "base64") } : textItem(mime, value),
  );
  const png = output.data["image/png"];
  if (png === undefined || output.width === 0 || "text/html" in output.data) {
    return items;
  }
  // VS Code shows a PNG with a unit for each pixel; HTML says how large it is meant to be.
  const size = `width="${output.width}" height="${output.height}"`;
  return [textItem("text/html", `<img alt="Figure" ${size} src="data:image/png;base64,${png}">`), ...items];
}

/** How figures are drawn. `pixelRatio`: the window's pixels for each of its units. */
export function figureFormat(
  chosen: "auto" | NonNullable<RunOptions["figureFormat"]>,
  pixelRatio: number,
): NonNullable<RunOptions["figureFormat"]> {
  return chosen === "auto" ? (pixelRatio > 1 ? "retina" : "png") : chosen;
}

function textItem(mime: string, text: string): OutputItem {
  return { mime, data: Buffer.from(text, "utf8") };
}

function isBinary(mime: string): boolean {
  return (/^(image|audio|video)\//.test(mime) && mime !== "image/svg+xml") || mime === "application/pdf";
}

/** What is said at the cell of a run that waits; nothing when it does not. */
export function waitingText({ waiting, waitsFor }: RunQueue, runId: string): string | undefined {
  const position = waiting.indexOf(runId);
  return position < 0 ? undefined : `waits: ${position === 0 ? waitsFor : `${position} before it`}`;
}

/** The folder in which code of a file runs. `setting`: `script`, `workspace`, or a path (from the workspace). */
export function workingDirectory(setting: string, path: string, workspace: string | undefined): string {
  const base = workspace ?? dirname(path);
  switch (setting) {
    case "":
    case "script":
      return dirname(path);
    case "workspace":
      return base;
    default: {
      const folder = setting.replace("${workspaceFolder}", base);
      return isAbsolute(folder) ? folder : join(base, folder);
    }
  }
}
