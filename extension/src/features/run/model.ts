// What of a Python file is run: its cells, the parts between `# %%` lines, and pieces of lines. Pure text.

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

/** Line where the next cell starts, or the previous one; undefined when there is none. */
export function neighbouringCell(cells: readonly Cell[], line: number, step: 1 | -1): number | undefined {
  const here = cells.findIndex((cell) => cell.startLine <= line && line <= cell.endLine);
  return here < 0 ? undefined : cells[here + step]?.startLine;
}

/** Whether there is anything to run. */
export function hasCode(lines: readonly string[]): boolean {
  return lines.some((text) => /^\s*[^\s#]/.test(text));
}

/** Code and where it comes from. */
export type Piece = {
  readonly code: string;
  /** 0-based line of the code's first line in its file. */
  readonly line: number;
};

/** Lines of a file as a piece, without what surrounds the code: blank lines around it and common indentation. */
export function pieceOfLines(
  lines: readonly string[],
  startLine: number,
  endLine: number,
): Piece | undefined {
  let first = startLine;
  let last = Math.min(endLine, lines.length - 1);
  while (first <= last && isBlank(lines[first])) {
    first++;
  }
  while (last >= first && isBlank(lines[last])) {
    last--;
  }
  if (first > last) {
    return undefined;
  }
  return { code: dedent(lines.slice(first, last + 1)).join("\n"), line: first };
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === "";
}

/** Lines without the indentation that all of them share; blank ones do not count. */
export function dedent(lines: readonly string[]): readonly string[] {
  let common: string | undefined;
  for (const line of lines) {
    if (!isBlank(line)) {
      const indentation = /^[ \t]*/.exec(line)?.[0] ?? "";
      common = common === undefined ? indentation : sharedStart(common, indentation);
    }
  }
  const width = common?.length ?? 0;
  return lines.map((line) => line.slice(width));
}

function sharedStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) {
    length++;
  }
  return a.slice(0, length);
}

/** What a template is for: the first line of its docstring. */
export function templateTitle(content: string): string {
  return (/^"""(.*?)(?:"""|$)/m.exec(content)?.[1] ?? "").replace(/\.$/, "");
}

/** Where the code of a traceback failed: the last of the places that are in no library. Lines from 0. */
export function failedPlace(traceback: string): { readonly path: string; readonly line: number } | undefined {
  // eslint-disable-next-line no-control-regex -- colours
  const plain = traceback.replace(/\u001b\[[0-9;]*m/g, "");
  const places = [...plain.matchAll(/^\s*File "?(.+?)"?(?::|, line )(\d+)/gm)].map(([, path = "", line]) => ({
    path,
    line: Number(line) - 1,
  }));
  return places.findLast(({ path }) => !/[\\/](site-packages|lib[\\/]python[\d.]+)[\\/]|^</.test(path));
}

/** Code that uses a file, by what it is. */
export function codeForFile(path: string): string {
  const name = JSON.stringify(path);
  const ending = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  switch (ending) {
    case "json":
      return `dm.load(${name})`;
    case "npy":
    case "npz":
      return `np.load(${name})`;
    case "csv":
      return `pd.read_csv(${name})`;
    case "py":
      return `%run ${name}`;
    default:
      return name;
  }
}
