import fc from "fast-check";
import { expect, test } from "vitest";
import {
  codePointsBefore,
  dedent,
  getDataExpression,
  pieceOfLines,
  utf16Offset,
} from "../../extension/src/model/code";

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

test("a data key is quoted as Python wants it", () => {
  expect(getDataExpression("lfp")).toBe('dm.getData("lfp")');
  expect(getDataExpression('a"b\\c')).toBe('dm.getData("a\\"b\\\\c")');
});
