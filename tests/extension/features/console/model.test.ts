import fc from "fast-check";
import { expect, test } from "vitest";
import { cellsOfRuns, codePointsBefore, utf16Offset } from "../../../../extension/src/features/console/model";

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
