// Offsets in text as Python and VS Code count them. Pure text.

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
