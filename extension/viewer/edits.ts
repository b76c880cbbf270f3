// Changes of data, each of which can be undone.

import { encodeFloat32 } from "../src/protocol/arrays";
import { methods, type EditRow, type EditShape } from "../src/protocol/generated";
import { messageOf, type Bridge } from "./bridge";
import type { Edit, ShapeEdit } from "./controls";
import type { Selection } from "./messages";
import type { State } from "./state";

/** Makes a change, and answers what undoes it. */
type Step = () => Promise<Step>;

export class Edits {
  readonly #bridge: Bridge;
  readonly #state: State;
  readonly #done: (problem: string) => void;
  readonly #undo: Step[] = [];
  readonly #redo: Step[] = [];
  /** Changes are made one after the other: each is undone by what the daemon has answered. */
  #last: Promise<void> = Promise.resolve();

  /** `done` is told of every change, with what was wrong or nothing. */
  constructor(bridge: Bridge, state: State, done: (problem: string) => void) {
    this.#bridge = bridge;
    this.#state = state;
    this.#done = done;
  }

  /** Change events or intervals. */
  async make(edit: Edit): Promise<void> {
    await this.#first(this.#series(edit));
  }

  /** Change a point, line or mask; answers its identity when that is stored. */
  async shape({ key, tick, entityId, before, after }: ShapeEdit): Promise<number | undefined> {
    let stored: number | undefined;
    const arrays = { before: wire(before), after: wire(after) };
    await this.#first(async () => {
      const opposite = await this.#bridge.request(methods.viewsEditShape, {
        key,
        tick,
        entityId,
        place: -1,
        ...arrays,
      });
      stored = opposite.entityId;
      return this.#shape(opposite);
    });
    return stored;
  }

  /** Put what is selected into the group of a number, or take it out if it is there. */
  assignSelected(groupNumber: number): void {
    const { selection } = this.#state;
    if (selection === undefined) {
      this.#done("Select an event, interval, point, line or mask first: keys 1 to 9 put it into a group.");
      return;
    }
    const { key, entityId } = selection;
    void this.#first(this.#assigned(`${key} #${String(entityId)}`, entityId, groupNumber, null));
  }

  undo(isRedo: boolean): void {
    void this.#inTurn(async () => {
      const step = (isRedo ? this.#redo : this.#undo).pop();
      await (step && this.#take(step, isRedo ? this.#undo : this.#redo));
    });
  }

  deleteSelected(): void {
    const { selection } = this.#state;
    if (selection === undefined) {
      return;
    }
    if (this.#state.shapeOf(selection.key) === "marks") {
      this.#deleteShape(selection);
      return;
    }
    this.#state.selection = undefined;
    const row = { start: selection.start, end: selection.end };
    void this.make({ key: selection.key, removed: [row], added: [] });
  }

  #deleteShape({ key, entityId }: Selection): void {
    const seen = this.#state.pictures
      .map((view) => view.entry(key, entityId))
      .find((one) => one !== undefined);
    if (seen === undefined) {
      this.#done(
        `${key} #${String(entityId)} is not in this frame. Go to the frame that it is in to delete it.`,
      );
      return;
    }
    this.#state.selection = undefined;
    void this.shape({ key, entityId, tick: seen.tick, before: seen.points, after: new Float32Array() });
  }

  /** Take a step that neither undoes nor repeats another. */
  #first(step: Step): Promise<void> {
    return this.#inTurn(async () => {
      if (await this.#take(step, this.#undo)) {
        this.#redo.length = 0;
      }
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work); // fails never: `#take` says what was wrong
    this.#last = done;
    return done;
  }

  async #take(step: Step, opposites: Step[]): Promise<boolean> {
    try {
      opposites.push(await step());
      this.#done("");
      return true;
    } catch (error) {
      this.#done(messageOf(error));
      return false;
    }
  }

  #series(edit: Edit): Step {
    return async () => {
      const { added, removed } = await this.#bridge.request(methods.viewsEdit, edit);
      this.#follow(edit.key, added);
      return this.#series({ key: edit.key, removed: added, added: removed });
    };
  }

  /** What is selected is where it was moved to. */
  #follow(key: string, added: readonly EditRow[]): void {
    const { selection } = this.#state;
    const own = added.find(({ entityId }) => selection?.key === key && entityId === selection.entityId);
    if (selection !== undefined && own !== undefined) {
      this.#state.selection = { ...selection, start: own.start, end: own.end };
    }
  }

  #assigned(label: string, entityId: number, groupNumber: number, isWanted: boolean | null): Step {
    return async () => {
      const params = { entityId, groupNumber, isMember: isWanted };
      const { name, count, isMember } = await this.#bridge.request(methods.viewsAssign, params);
      const entities = `${count.toLocaleString("en")} ${count === 1 ? "entity" : "entities"}`;
      const where = `${isMember ? "in" : "no longer in"} group ${String(groupNumber)}, ${name} (${entities})`;
      this.#bridge.send({ kind: "hint", text: `${label} is ${where}` });
      return this.#assigned(label, entityId, groupNumber, !isMember);
    };
  }

  #shape(edit: EditShape): Step {
    return async () => this.#shape(await this.#bridge.request(methods.viewsEditShape, edit));
  }
}

function wire(points: Float32Array): EditShape["before"] {
  return encodeFloat32(points, [points.length / 2, 2]);
}
