import fc from "fast-check";
import { expect, test } from "vitest";
import {
  cellsOfRuns,
  codePointsBefore,
  ranBefore,
  utf16Offset,
} from "../../../../extension/src/features/console/model";

test("code points count a character outside the basic plane once", () => {
  expect(codePointsBefore("x = '🐭'.", "x = '🐭'.".length)).toBe(8);
});

test("offsets in code points and in UTF-16 units convert back and forth", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(), (text, number) => {
      const points = number % (Array.from(text).length + 1);
      return codePointsBefore(text, utf16Offset(text, points)) === points;
    }),
  );
});

test("runs are found again in the last cells with their code, each in one of its own", () => {
  const cell = (code: string, path = ""): { code: string; path: string } => ({ code, path });
  const cells = [cell("a"), cell("x = 1"), cell("a"), cell("%run loop.py", "/w/loop.py"), cell("a")];
  expect(cellsOfRuns([cell("a"), cell("", "/w/loop.py"), cell("a"), cell("b")], cells)).toEqual([
    2,
    3,
    4,
    undefined,
  ]);
});

const kindOf = (cell: string): "beginning" | "ran" | "other" =>
  cell === "|" ? "beginning" : cell.endsWith("!") ? "other" : "ran";

test("what ran before is what ended well in the interpreter before this one", () => {
  const cells = ["|", "old = 1", "|", "x = 1", "1 / 0!", "y = 2", "crash!", "|", "now = 3"];
  expect(ranBefore(cells, kindOf)).toEqual(["x = 1", "y = 2"]);
});

test("an interpreter in which nothing ended well is passed over", () => {
  expect(ranBefore(["|", "x = 1", "|", "crash!", "|", "|"], kindOf)).toEqual(["x = 1"]);
});

test("where there was no interpreter before, nothing ran", () => {
  expect(ranBefore(["|", "x = 1"], kindOf)).toEqual([]);
  expect(ranBefore([], kindOf)).toEqual([]);
});
