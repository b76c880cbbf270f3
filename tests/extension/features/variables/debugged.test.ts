import { expect, test } from "vitest";
import { debuggedExpression, isName } from "../../../../extension/src/features/variables/model";

const entry = (evaluateName: unknown): unknown => ({ sessionId: "1", variable: { evaluateName } });

test("an entry of the debug view is the Python of its names and places", () => {
  for (const expression of ["values", "größe", "batch.angle", "rows[3].x"]) {
    expect(debuggedExpression(entry(expression))).toBe(expression);
  }
});

test("what stands in the data is not run", () => {
  for (const expression of ["d['a']", 'd["x"]; quit()', "a b", "rows[i]", "f()", "", undefined, 3]) {
    expect(debuggedExpression(entry(expression))).toBe("");
  }
  expect(debuggedExpression(undefined)).toBe("");
});

test("a part of a variable has no name of its own", () => {
  expect(isName("values")).toBe(true);
  expect(isName("rows[3]")).toBe(false);
});
