import fc from "fast-check";
import { expect, test } from "vitest";
import { codePointsBefore, utf16Offset } from "../../../../extension/src/features/console/model";

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
