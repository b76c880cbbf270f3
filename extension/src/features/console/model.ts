// Text for and from the interpreter: offsets as Python and VS Code count them, and what a name stands for. Pure.

import type { Inspection } from "../../protocol/generated";
import { markdownText } from "../../ui/text";

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

/** What a name stands for, as Markdown. */
export function inspectionText(found: Inspection): string {
  const { expression, type, summary, statistics, signature, documentation } = found;
  const title = signature === "" ? `**${markdownText(expression)}** · ${markdownText(type)}` : "";
  return [
    title,
    signature === "" ? "" : `\`\`\`python\n${unfenced(signature)}\n\`\`\``,
    markdownText(summary),
    markdownText(statistics),
    preformatted(documentation),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Text that keeps its lines, as Markdown; nothing in it is a link or formatting. */
export function preformatted(text: string): string {
  return text.trim() === "" ? "" : `\`\`\`text\n${unfenced(text)}\n\`\`\``;
}

function unfenced(text: string): string {
  return text.replaceAll("```", "ˋˋˋ");
}

/** Of the cells of a console, those that ran well in the last interpreter before this one in which any did. */
export function ranBefore<Cell>(
  cells: readonly Cell[],
  about: (cell: Cell) => "beginning" | "ran" | "other",
): readonly Cell[] {
  const ran: Cell[][] = [[]];
  for (const cell of cells) {
    const kind = about(cell);
    if (kind === "beginning") {
      ran.push([]);
    } else if (kind === "ran") {
      ran.at(-1)?.push(cell);
    }
  }
  return ran.slice(0, -1).findLast(({ length }) => length > 0) ?? [];
}

/** Where runs stand among cells: the last cell that has a run's code, each cell once; undefined where there is none. */
export function cellsOfRuns(
  runs: readonly { readonly code: string; readonly path: string }[],
  cells: readonly { readonly code: string; readonly path: string }[],
): readonly (number | undefined)[] {
  const taken = new Set<number>();
  const found = runs.toReversed().map((run) => {
    const index = cells.findLastIndex((cell, at) => {
      return !taken.has(at) && cell.path === run.path && (run.path !== "" || cell.code === run.code);
    });
    taken.add(index);
    return index < 0 ? undefined : index;
  });
  return found.toReversed();
}
