// What keys, mouse and bars can do with the viewer.

import type { Scene } from "./scene";
import type { Layout } from "./layout";
import type { Selection, ToExtension } from "./messages";
import type { State } from "./state";
import type { TimeWindow } from "./time";

type Row = {
  readonly start: number;
  readonly end: number;
  /** What is added keeps this identity; left out or 0: a new one. */
  readonly entityId?: number;
};

export type Edit = { readonly key: string; readonly removed: readonly Row[]; readonly added: readonly Row[] };

/** A point, line or mask before and after a change; without points it is not there. */
export type ShapeEdit = {
  readonly key: string;
  /** Of the frame. */
  readonly tick: number;
  /** 0: a new one. */
  readonly entityId: number;
  readonly before: Float32Array;
  readonly after: Float32Array;
};

export type Controls = {
  readonly state: State;
  readonly edits: {
    make(edit: Edit): Promise<void>;
    /** Answers the identity of what was changed, or nothing when it was not. */
    shape(edit: ShapeEdit): Promise<number | undefined>;
    undo(isRedo: boolean): void;
    deleteSelected(): void;
    assignSelected(groupNumber: number): void;
  };
  readonly navigation: {
    step(direction: 1 | -1): void;
    /** Go to a place that somebody typed; says what is wrong with it, and returns whether the viewer is there. */
    goTo(text: string): Promise<boolean>;
    goToNext(key: string | undefined, forward: boolean, from?: number): Promise<void>;
    toggleBookmark(): void;
    goToBookmark(forward: boolean): void;
    zoom(factor: number, around?: number): void;
    pan(share: number): void;
    scaleAll(factor: number): void;
    scaleLane(index: number, factor: number): void;
  };
  readonly playback: { readonly button: HTMLButtonElement; speed: number; toggle(): void };
  readonly periEvent: { toggle(): void };
  scene(): Scene;
  setWindow(window: TimeWindow): void;
  setTime(time: number, follow?: boolean): void;
  setLayout(layout: Layout): void;
  select(selection: Selection | undefined): void;
  redraw(): void;
  send(message: ToExtension): void;
  toggleLegend(): void;
  /** Let a place to go to be typed. */
  typePlace(): void;
  /** Tell the user something over the lanes; an empty text takes it away. */
  say(message: string): void;
  /** Pictures and lanes as they stand, in base64. */
  png(): string;
};
