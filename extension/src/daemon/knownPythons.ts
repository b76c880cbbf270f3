// What Pythons have said about themselves, kept while their files stay the same: the one that was used last starts at once.

import { realpathSync, statSync } from "node:fs";
import type { Memento } from "vscode";
import type { Candidate, Probe } from "./python";

type Python = Extract<Probe, { readonly kind: "python" }>;
type Entry = { readonly stamp: string; readonly python: Python };

const key = "pythons";
/** Those that were used last. */
const most = 20;

export class KnownPythons {
  readonly #memory: Pick<Memento, "get" | "update">;

  constructor(memory: Pick<Memento, "get" | "update">) {
    this.#memory = memory;
  }

  /** What a candidate whose file lies at `path` has said; undefined when it has not been asked, or is another one now. */
  said(candidate: Candidate, path: string): Python | undefined {
    const known = this.#entries()[nameOf(candidate)];
    return known !== undefined && known.stamp === stampOf(path) ? known.python : undefined;
  }

  /** Keep what a candidate has said, unless it leads to another Python, as pyenv's do: that one may change unseen. */
  remember(candidate: Candidate, path: string, python: Python): void {
    const stamp = stampOf(path);
    if (stamp === undefined || stamp !== stampOf(python.executable)) {
      return;
    }
    const name = nameOf(candidate);
    const others = Object.entries(this.#entries()).filter(([other]) => other !== name);
    const kept = [...others.slice(1 - most), [name, { stamp, python }]] as const;
    void this.#memory.update(key, Object.fromEntries(kept));
  }

  forget(): void {
    void this.#memory.update(key, undefined);
  }

  #entries(): Readonly<Record<string, Entry>> {
    return this.#memory.get<Readonly<Record<string, Entry>>>(key, {});
  }
}

function nameOf({ command, args }: Candidate): string {
  return [command, ...args].join("\0");
}

/** Differs when the file does: an environment's Python is a link to the one that it was made from. */
function stampOf(path: string): string | undefined {
  try {
    const { size, mtimeMs, ino } = statSync(path);
    return [realpathSync(path), size, mtimeMs, ino].join("\0");
  } catch {
    return undefined;
  }
}
