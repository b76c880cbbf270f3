import { describe, expect, test } from "vitest";
import {
  cellAt,
  codeForFile,
  dedent,
  failedPlace,
  neighbouringCell,
  parseCells,
  pieceOfLines,
  templateTitle,
} from "../../../../extension/src/features/run/model";

const cellsOf = (text: string) => parseCells(text.split("\n"));

test("a file without markers has no cells", () => {
  expect(cellsOf("a = 1\n# a comment\n")).toEqual([]);
});

test("a cell goes from its marker to the line before the next", () => {
  expect(cellsOf("# %% Load\na = 1\n\n#%%\nb = 2")).toEqual([
    { startLine: 0, endLine: 2, kind: "code", title: "Load" },
    { startLine: 3, endLine: 4, kind: "code", title: "" },
  ]);
});

test("code before the first marker is a cell, comments alone are not", () => {
  expect(cellsOf("import numpy\n# %%\na = 1").map(({ startLine }) => startLine)).toEqual([0, 1]);
  expect(cellsOf("# a header\n\n# %%\na = 1").map(({ startLine }) => startLine)).toEqual([2]);
});

test("a markdown cell is not code", () => {
  expect(cellsOf("# %% [markdown] Notes\n# text").map(({ kind, title }) => [kind, title])).toEqual([
    ["markdown", "Notes"],
  ]);
});

test("an indented or commented marker starts no cell", () => {
  expect(cellsOf("if a:\n    # %% no\n    b = 1\n## %% no")).toEqual([]);
});

test("a line belongs to the cell around it", () => {
  const cells = cellsOf("# %%\na = 1\n# %%\nb = 2");
  expect(cellAt(cells, 1)).toBe(cells[0]);
  expect(cellAt(cells, 2)).toBe(cells[1]);
  expect(cellAt(cells, 9)).toBeUndefined();
});

test("a piece starts at its first line with code", () => {
  expect(pieceOfLines(["", "", "a = 1", "b = 2", ""], 0, 4)).toEqual({ code: "a = 1\nb = 2", line: 2 });
});

test("blank lines are no piece", () => {
  expect(pieceOfLines(["", "   "], 0, 1)).toBeUndefined();
});

test("a piece ends with the file", () => {
  expect(pieceOfLines(["a = 1"], 0, 7)).toEqual({ code: "a = 1", line: 0 });
});

test("indentation that all lines share is taken away, blank lines aside", () => {
  expect(dedent(["    if a:", "", "        b()", "    c()"])).toEqual(["if a:", "", "    b()", "c()"]);
});

test("tabs and spaces are not mixed up", () => {
  expect(dedent(["\ta", "  b"])).toEqual(["\ta", "  b"]);
});

describe("where a run failed", () => {
  test("is the last place of a traceback that is in no library", () => {
    const traceback = [
      "\u001b[31mZeroDivisionError\u001b[0m  Traceback (most recent call last)",
      "File \u001b[0;32m/lab/run.py:12\u001b[0m",
      "File \u001b[0;32m/lab/helpers.py:3\u001b[0m, in ratio(a)",
      "File \u001b[0;32m/env/lib/python3.12/site-packages/numpy/core.py:900\u001b[0m, in mean(x)",
    ].join("\n");
    expect(failedPlace(traceback)).toEqual({ path: "/lab/helpers.py", line: 2 });
  });

  test("is known of Python's own tracebacks too", () => {
    expect(failedPlace('  File "/lab/run.py", line 7, in <module>')).toEqual({
      path: "/lab/run.py",
      line: 6,
    });
  });

  test("is not known of what was typed", () => {
    expect(failedPlace("Cell In[3], line 1")).toBeUndefined();
  });
});

test("the cell below and the cell above begin at their markers", () => {
  const cells = parseCells(["# %% one", "a", "# %% two", "b"]);
  expect(neighbouringCell(cells, 1, 1)).toBe(2);
  expect(neighbouringCell(cells, 3, -1)).toBe(0);
  expect(neighbouringCell(cells, 3, 1)).toBeUndefined();
});

test.each([
  ["data/recording.json", 'dm.load("data/recording.json")'],
  ["licks.CSV", 'pd.read_csv("licks.CSV")'],
  ["video.mp4", '"video.mp4"'],
])("%s is dropped as code that uses it", (path, code) => {
  expect(codeForFile(path)).toBe(code);
});

test("a template is named by the first line of its docstring", () => {
  expect(templateTitle('"""Look at a signal: plot it."""\n')).toBe("Look at a signal: plot it");
});
