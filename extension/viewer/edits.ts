// Changes of events and intervals, each of which can be undone.

import { methods } from "../src/protocol/generated";
import { messageOf, type Bridge } from "./bridge";
import type { Edit } from "./controls";
import type { State } from "./state";

export class Edits {
  readonly #bridge: Bridge;
  readonly #state: State;
  readonly #done: (problem: string) => void;
  #undo: Edit[] = [];
  #redo: Edit[] = [];

  /** `done` is told of every edit, with what was wrong or nothing. */
  constructor(bridge: Bridge, state: State, done: (problem: string) => void) {
    this.#bridge = bridge;
    this.#state = state;
    this.#done = done;
  }

  async make(edit: Edit, undone: "new" | "undo" | "redo" = "new"): Promise<void> {
    try {
      const done = await this.#bridge.request(methods.viewsEdit, edit);
      const opposite: Edit = { key: edit.key, removed: done.added, added: done.removed };
      (undone === "undo" ? this.#redo : this.#undo).push(opposite);
      this.#redo = undone === "new" ? [] : this.#redo;
      this.#done("");
    } catch (error) {
      this.#done(messageOf(error));
    }
  }

  undo(isRedo: boolean): void {
    const edit = (isRedo ? this.#redo : this.#undo).pop();
    if (edit !== undefined) {
      void this.make(edit, isRedo ? "redo" : "undo");
    }
  }

  deleteSelected(): void {
    const selected = this.#state.selection;
    if (selected !== undefined) {
      this.#state.selection = undefined;
      const row = { start: selected.start, end: selected.end };
      void this.make({ key: selected.key, removed: [row], added: [] });
    }
  }
}
