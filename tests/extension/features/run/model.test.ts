import { expect, test } from "vitest";
import { cellAt, dedent, parseCells, pieceOfLines } from "../../../../extension/src/features/run/model";

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
