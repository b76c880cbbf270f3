// The rectangle of cells that is selected. Pure.

export type Cell = { readonly column: number; readonly row: number };

/** From where the selection began to where it ends now; both ends belong to it. */
export type Selection = { readonly from: Cell; readonly to: Cell };

export type Rectangle = {
  readonly firstRow: number;
  readonly rowCount: number;
  readonly firstColumn: number;
  readonly columnCount: number;
};

export function rectangleOf({ from, to }: Selection): Rectangle {
  const firstRow = Math.min(from.row, to.row);
  const firstColumn = Math.min(from.column, to.column);
  return {
    firstRow,
    firstColumn,
    rowCount: Math.abs(from.row - to.row) + 1,
    columnCount: Math.abs(from.column - to.column) + 1,
  };
}

export function holds(selection: Selection, { column, row }: Cell): boolean {
  const { firstRow, rowCount, firstColumn, columnCount } = rectangleOf(selection);
  return (
    row >= firstRow &&
    row < firstRow + rowCount &&
    column >= firstColumn &&
    column < firstColumn + columnCount
  );
}

const steps: Readonly<Record<string, Cell>> = {
  ArrowUp: { column: 0, row: -1 },
  ArrowDown: { column: 0, row: 1 },
  ArrowLeft: { column: -1, row: 0 },
  ArrowRight: { column: 1, row: 0 },
  PageUp: { column: 0, row: -20 },
  PageDown: { column: 0, row: 20 },
  Home: { column: -Infinity, row: 0 },
  End: { column: Infinity, row: 0 },
};

/** The selection after a key; undefined for a key that does not move it. */
export function movedBy(
  key: string,
  selection: Selection,
  table: { readonly rows: number; readonly columns: number },
  extends_: boolean,
): Selection | undefined {
  const step = steps[key];
  if (step === undefined || table.rows === 0 || table.columns === 0) {
    return undefined;
  }
  const to = {
    column: Math.min(Math.max(selection.to.column + step.column, 0), table.columns - 1),
    row: Math.min(Math.max(selection.to.row + step.row, 0), table.rows - 1),
  };
  return { from: extends_ ? selection.from : to, to };
}
