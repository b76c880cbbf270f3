// A notebook as it lies on disk, with nothing run yet.

export function notebookFile(cells: readonly string[]): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map((source, index) => ({
      cell_type: "code",
      id: `cell-${String(index)}`,
      execution_count: null,
      metadata: {},
      outputs: [],
      source,
    })),
  });
}
