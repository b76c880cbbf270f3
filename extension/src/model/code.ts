// Pieces of code and places in them. Pure text, no VS Code.

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

/** Number of Unicode code points before a UTF-16 offset: Python counts the former, VS Code the latter. */
export function codePointsBefore(text: string, utf16Offset: number): number {
  return Array.from(text.slice(0, utf16Offset)).length;
}

/** UTF-16 offset of a number of code points. */
export function utf16Offset(text: string, codePoints: number): number {
  let offset = 0;
  let left = codePoints;
  for (const character of text) {
    if (left-- <= 0) {
      break;
    }
    offset += character.length;
  }
  return offset;
}

/** Python for reading a data key. */
export function getDataExpression(key: string): string {
  // A JSON string is a Python string as well, but for characters beyond ASCII it is easier to read as it is.
  return `dm.getData(${JSON.stringify(key)})`;
}
