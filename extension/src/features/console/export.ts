// The transcript as a script, a notebook or a page. Pure.

import type { SavedCell, SavedItem } from "./transcriptModel";

export type ExportFormat = "py" | "ipynb" | "html";

const renderers: Readonly<Record<ExportFormat, (cells: readonly SavedCell[]) => string>> = {
  py: toScript,
  ipynb: toNotebook,
  html: toPage,
};

/** The text of a file with these cells. */
export function exported(format: ExportFormat, cells: readonly SavedCell[]): string {
  return renderers[format](cells);
}

function toScript(cells: readonly SavedCell[]): string {
  return cells
    .map(({ kind, source }) => {
      const lines = source.split("\n");
      return kind === "code"
        ? ["# %%", ...lines.map((line) => (/^\s*[%!]/.test(line) ? `# ${line}` : line)), ""].join("\n")
        : ["# %% [markdown]", ...lines.map((line) => `# ${line}`), ""].join("\n");
    })
    .join("\n");
}

function toNotebook(cells: readonly SavedCell[]): string {
  const notebook = {
    cells: cells.map((cell, index) => ({
      id: `cell-${index}`,
      metadata: {},
      source: withLineEnds(cell.source),
      ...(cell.kind === "code"
        ? {
            cell_type: "code",
            execution_count: cell.executionOrder ?? null,
            outputs: cell.outputs.map(({ items }) => notebookOutput(items)),
          }
        : { cell_type: "markdown" }),
    })),
    metadata: { language_info: { name: "python" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(notebook, undefined, 1)}\n`;
}

function notebookOutput(items: readonly SavedItem[]): Readonly<Record<string, unknown>> {
  const [first] = items;
  const stream = first === undefined ? undefined : streamName(first.mime);
  if (stream !== undefined) {
    return { output_type: "stream", name: stream, text: withLineEnds(items.map(textOf).join("")) };
  }
  const error = items.find(({ mime }) => mime === errorMime);
  if (error !== undefined) {
    const { name, message, stack } = errorOf(error);
    return { output_type: "error", ename: name, evalue: message, traceback: stack.split("\n") };
  }
  const data = Object.fromEntries(
    items.map((item) => [item.mime, isText(item.mime) ? notebookText(item) : item.data]),
  );
  return { output_type: "display_data", data, metadata: {} };
}

function notebookText(item: SavedItem): unknown {
  return item.mime.endsWith("json") ? (JSON.parse(textOf(item)) as unknown) : withLineEnds(textOf(item));
}

function toPage(cells: readonly SavedCell[]): string {
  const parts = cells.map(({ kind, source, outputs }) =>
    kind === "code"
      ? `<pre class="code">${escaped(source)}</pre>\n${outputs.map(({ items }) => pageOutput(items)).join("\n")}`
      : `<p class="note">${escaped(source.replace(/[*`]/g, ""))}</p>`,
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>WhiskerToolbox Console</title>
<style>
body { font: 14px sans-serif; max-width: 60em; margin: 2em auto; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0.3em 0; }
.code { background: #f2f4f7; border-left: 3px solid #16324f; padding: 0.5em; margin-top: 1em; }
.stderr, .error { color: #a1260d; }
.note { color: #666; }
img { max-width: 100%; }
td, th { padding: 0.1em 0.6em; text-align: right; }
</style>
</head>
<body>
${parts.join("\n")}
</body>
</html>
`;
}

function pageOutput(items: readonly SavedItem[]): string {
  const of = (mime: RegExp): SavedItem | undefined => items.find((item) => mime.test(item.mime));
  const rich = of(/^(text\/html|image\/svg\+xml)$/);
  if (rich !== undefined) {
    return `<div>${textOf(rich)}</div>`;
  }
  const image = of(/^image\//);
  if (image !== undefined) {
    return `<img alt="" src="data:${image.mime};base64,${image.data}">`;
  }
  const error = items.find(({ mime }) => mime === errorMime);
  if (error !== undefined) {
    return `<pre class="error">${escaped(withoutColours(errorOf(error).stack))}</pre>`;
  }
  const stream = items[0] && streamName(items[0].mime);
  const texts = stream === undefined ? items.filter(({ mime }) => mime === "text/plain") : items;
  return `<pre class="${stream ?? "result"}">${escaped(withoutColours(texts.map(textOf).join("")))}</pre>`;
}

const errorMime = "application/vnd.code.notebook.error";

function streamName(mime: string): "stdout" | "stderr" | undefined {
  const name = /^application\/vnd\.code\.notebook\.(stdout|stderr)$/.exec(mime)?.[1];
  return name === "stdout" || name === "stderr" ? name : undefined;
}

function errorOf(item: SavedItem): {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
} {
  return JSON.parse(textOf(item)) as { name: string; message: string; stack: string };
}

function textOf(item: SavedItem): string {
  return Buffer.from(item.data, "base64").toString("utf8");
}

function isText(mime: string): boolean {
  return mime.startsWith("text/") || /(json|xml|javascript)$/.test(mime);
}

function withLineEnds(text: string): readonly string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex -- that is what colours are made of
  return text.replace(/\u001b\[[0-9;]*m/g, "");
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
