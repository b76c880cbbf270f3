// A transcript as it is kept and exported. Pure.

export type SavedItem = {
  readonly mime: string;
  /** In base64. */
  readonly data: string;
};

type SavedOutput = {
  readonly items: readonly SavedItem[];
  readonly metadata: Readonly<Record<string, unknown>>;
};

export type SavedCell = {
  readonly kind: "code" | "markup";
  readonly source: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly outputs: readonly SavedOutput[];
  readonly executionOrder: number | undefined;
  readonly success: boolean | undefined;
  readonly timing: { readonly startTime: number; readonly endTime: number } | undefined;
};

const mostCells = 1000;
const mostCharacters = 48 * 1024 * 1024;

/** The newest of written cells that are kept: as many as fit. */
export function newestWithin(lines: readonly string[], limit = mostCharacters): readonly string[] {
  let first = lines.length;
  let size = 0;
  while (first > 0 && lines.length - first < mostCells) {
    size += lines[first - 1]?.length ?? 0;
    if (size > limit) {
      break;
    }
    first--;
  }
  return lines.slice(first);
}

/** Cells, one a line; what cannot be read is left out. */
export function parseTranscript(text: string): readonly SavedCell[] {
  return text.split("\n").flatMap((line) => {
    try {
      const cell = JSON.parse(line) as SavedCell;
      return typeof cell.source === "string" && Array.isArray(cell.outputs) ? [cell] : [];
    } catch {
      return [];
    }
  });
}

/** What the transcript says when an interpreter begins. `previous`: there was another one before it. */
export function beginning(options: {
  readonly python: string;
  readonly session: string;
  readonly previous: boolean;
  readonly time: string;
}): string {
  const { python, session, previous, time } = options;
  return previous
    ? `— *new interpreter: ${python}, ${time}. Variables of the one before are gone; data is kept.* ` +
        "**Run Again What Ran** *(in the palette) makes them again.* —"
    : `**WhiskerToolbox** · ${python} · session ${session}  \n` +
        "`dm` is the session's data (`dm.getAllKeys()`), `wt` the library; `name?` explains a name, `%magic` IPython's commands.";
}
