// The console's transcript as files.

import { expect, test } from "vitest";
import { exported } from "../../../../extension/src/features/console/export";
import {
  newestWithin,
  parseTranscript,
  type SavedCell,
  type SavedItem,
} from "../../../../extension/src/features/console/transcriptModel";

const item = (mime: string, text: string): SavedItem => ({
  mime,
  data: Buffer.from(text, "utf8").toString("base64"),
});

function cell(source: string, outputs: readonly (readonly SavedItem[])[] = []): SavedCell {
  return {
    kind: "code",
    source,
    metadata: {},
    outputs: outputs.map((items) => ({ items, metadata: {} })),
    executionOrder: 3,
    success: true,
    timing: undefined,
  };
}

const stdout = "application/vnd.code.notebook.stdout";
const cells: readonly SavedCell[] = [
  { ...cell("**WhiskerToolbox** · Python"), kind: "markup" },
  cell("print('a < b')", [[item(stdout, "a < b\n")]]),
  cell("%timeit 1"),
  cell("x", [[item("text/plain", "1"), item("text/html", "<b>1</b>")]]),
  cell("1 / 0", [
    [
      item(
        "application/vnd.code.notebook.error",
        JSON.stringify({
          name: "ZeroDivisionError",
          message: "division by zero",
          stack: "\u001b[31mline\u001b[0m",
        }),
      ),
    ],
  ]),
];

test("a script has a cell for each, and its magics are comments", () => {
  const script = exported("py", cells);
  expect(script).toContain("# %%\nprint('a < b')\n");
  expect(script).toContain("# %%\n# %timeit 1\n");
  expect(script).toContain("# %% [markdown]\n# **WhiskerToolbox**");
});

test("a notebook has outputs as Jupyter writes them", () => {
  const notebook = JSON.parse(exported("ipynb", cells)) as {
    readonly cells: readonly { readonly cell_type: string; readonly outputs?: readonly unknown[] }[];
  };
  expect(notebook.cells.map(({ cell_type }) => cell_type)).toEqual([
    "markdown",
    "code",
    "code",
    "code",
    "code",
  ]);
  expect(notebook.cells[1]?.outputs).toEqual([{ output_type: "stream", name: "stdout", text: ["a < b\n"] }]);
  expect(notebook.cells[3]?.outputs).toEqual([
    { output_type: "display_data", data: { "text/plain": ["1"], "text/html": ["<b>1</b>"] }, metadata: {} },
  ]);
  expect(notebook.cells[4]?.outputs).toMatchObject([{ output_type: "error", ename: "ZeroDivisionError" }]);
});

test("a page shows text as text, rich displays as they are, errors without codes of colours", () => {
  const page = exported("html", cells);
  expect(page).toContain("a &#60; b");
  expect(page).toContain("<div><b>1</b></div>");
  expect(page).toContain('<pre class="error">line</pre>');
});

test("the newest cells are kept, and a torn line is left out when they are read", () => {
  const lines = cells.map((saved) => JSON.stringify(saved));
  expect(newestWithin(lines, (lines[3]?.length ?? 0) + (lines[4]?.length ?? 0))).toEqual(lines.slice(3));
  expect(parseTranscript(`${lines.join("\n")}\n{"source": "x`).map(({ source }) => source)).toEqual(
    cells.map(({ source }) => source),
  );
});
