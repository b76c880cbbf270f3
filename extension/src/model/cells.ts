// Cells of a Python file: the parts between `# %%` lines. Pure text, no VS Code.

export type Cell = {
  /** Line of the marker, or 0 for what stands before the first one. */
  readonly startLine: number;
  /** Last line, inclusive. */
  readonly endLine: number;
  readonly kind: "code" | "markdown";
  /** What stands behind the marker. */
  readonly title: string;
};

const marker = /^#\s?%%(.*)$/;

/** The cells of a file, in order; none when it has no marker. */
export function parseCells(lines: readonly string[]): readonly Cell[] {
  const starts = lines.flatMap((text, line) => {
    const rest = marker.exec(text)?.[1];
    return rest === undefined ? [] : [{ line, rest: rest.trim() }];
  });
  const first = starts[0];
  if (first === undefined) {
    return [];
  }
  const cells = starts.map(({ line, rest }, index): Cell => {
    const next = starts[index + 1]?.line ?? lines.length;
    return {
      startLine: line,
      endLine: next - 1,
      kind: /^\[(markdown|md|raw)\]/i.test(rest) ? "markdown" : "code",
      title: rest.replace(/^\[\w+\]\s*/, ""),
    };
  });
  const preamble = lines.slice(0, first.line);
  return hasCode(preamble)
    ? [{ startLine: 0, endLine: first.line - 1, kind: "code", title: "" }, ...cells]
    : cells;
}

/** The cell that a line belongs to. */
export function cellAt(cells: readonly Cell[], line: number): Cell | undefined {
  return cells.find((cell) => cell.startLine <= line && line <= cell.endLine);
}

/** Whether there is anything to run. */
export function hasCode(lines: readonly string[]): boolean {
  return lines.some((text) => /^\s*[^\s#]/.test(text));
}
