// What was typed and run, and walking through it with Up and Down. Pure.

/** Kept of all sessions. */
const longestHistory = 5000;
/** A longer piece of code is not something that anybody brings back to edit it. */
const longestEntry = 20_000;

export class InputHistory {
  readonly #entries: string[] = [];
  #walk: { readonly draft: string; index: number; shown: string } | undefined;

  constructor(entries: readonly string[] = []) {
    for (const entry of entries) {
      this.add(entry);
    }
  }

  /** Oldest first. */
  get entries(): readonly string[] {
    return this.#entries;
  }

  /** Remember code that was run; returns whether it is something new. */
  add(code: string): boolean {
    this.#walk = undefined;
    const entry = code.replace(/\s+$/, "");
    if (entry === "" || entry.length > longestEntry || entry === this.#entries.at(-1)) {
      return false;
    }
    this.#entries.push(entry);
    if (this.#entries.length > longestHistory) {
      this.#entries.shift();
    }
    return true;
  }

  /**
   * What Up shows in place of `input`: the newest entry that is older than what is shown and begins with what was typed.
   * Undefined: there is none.
   */
  previous(input: string): string | undefined {
    const walk = this.#walkFrom(input);
    for (let index = walk.index - 1; index >= 0; index--) {
      const entry = this.#entries[index];
      if (entry !== undefined && entry !== walk.shown && entry.startsWith(walk.draft)) {
        return this.#show(walk, index, entry);
      }
    }
    return undefined;
  }

  /** What Down shows: the next newer entry, and in the end what was typed. Undefined: nothing newer. */
  next(input: string): string | undefined {
    const walk = this.#walk?.shown === input ? this.#walk : undefined;
    if (walk === undefined) {
      return undefined; // what stands there was typed
    }
    for (let index = walk.index + 1; index < this.#entries.length; index++) {
      const entry = this.#entries[index];
      if (entry !== undefined && entry !== walk.shown && entry.startsWith(walk.draft)) {
        return this.#show(walk, index, entry);
      }
    }
    this.#walk = undefined;
    return walk.draft;
  }

  /** Each entry once, newest first. */
  newestFirst(): readonly string[] {
    return [...new Set(this.#entries.toReversed())];
  }

  #walkFrom(input: string): { readonly draft: string; index: number; shown: string } {
    return this.#walk?.shown === input
      ? this.#walk
      : { draft: input, index: this.#entries.length, shown: input };
  }

  #show(walk: { readonly draft: string }, index: number, entry: string): string {
    this.#walk = { draft: walk.draft, index, shown: entry };
    return entry;
  }
}

/** Entries as lines of a file. A line that was torn when the machine went down is left out. */
export function parseHistory(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    try {
      const entry: unknown = JSON.parse(line);
      return typeof entry === "string" ? [entry] : [];
    } catch {
      return [];
    }
  });
}

export function historyLine(entry: string): string {
  return `${JSON.stringify(entry)}\n`;
}

/** Whether the file holds so much more than is kept that it is to be written again. */
export function isHistoryFileTooLong(lines: number): boolean {
  return lines > 2 * longestHistory;
}
