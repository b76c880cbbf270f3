import { expect, test } from "vitest";
import { holds, movedBy, rectangleOf } from "../../extension/table/selection";

const selection = { from: { column: 3, row: 5 }, to: { column: 1, row: 9 } };

test("a selection is the rectangle between its ends, whichever comes first", () => {
  expect(rectangleOf(selection)).toEqual({ firstRow: 5, rowCount: 5, firstColumn: 1, columnCount: 3 });
  expect(holds(selection, { column: 2, row: 7 })).toBe(true);
  expect(holds(selection, { column: 4, row: 7 })).toBe(false);
  expect(holds(selection, { column: 2, row: 10 })).toBe(false);
});

test("keys move a selection within the table, and with Shift extend it", () => {
  const table = { rows: 10, columns: 4 };
  expect(movedBy("ArrowDown", selection, table, false)?.to).toEqual({ column: 1, row: 9 });
  expect(movedBy("ArrowLeft", selection, table, true)).toEqual({
    from: { column: 3, row: 5 },
    to: { column: 0, row: 9 },
  });
  expect(movedBy("End", selection, table, false)?.to).toEqual({ column: 3, row: 9 });
  expect(movedBy("Home", selection, table, false)?.to).toEqual({ column: 0, row: 9 });
});

test("other keys, and an empty table, move nothing", () => {
  expect(movedBy("x", selection, { rows: 10, columns: 4 }, false)).toBeUndefined();
  expect(movedBy("ArrowDown", selection, { rows: 0, columns: 0 }, false)).toBeUndefined();
});
