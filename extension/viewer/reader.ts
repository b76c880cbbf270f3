// Asks for what the window shows; one question of each kind at a time, the newest next.

import { methods, type LaneView } from "../src/protocol/generated";
import { Newest, type Bridge } from "./bridge";
import { gutter, idOf, rightMargin, seenRange } from "./scene";
import { filterLabel, keysOf } from "./layout";
import type { State } from "./state";
import { pictureOf, shownOf, type Shown } from "./views";

// Not `crypto.randomUUID`: a page that is not from a secure origin has none.
export const viewId = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) =>
  part.toString(36),
).join("");

export type ReaderHooks = {
  /** Pixels of the lanes' width. */
  readonly width: () => number;
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
};

export class Reader {
  readonly views: Newest;
  readonly frames: Newest;
  readonly descriptions: Newest;
  readonly #bridge: Bridge;
  readonly #state: State;
  readonly #width: () => number;
  readonly #changed: () => void;

  constructor(bridge: Bridge, state: State, { width, changed, failed }: ReaderHooks) {
    this.#bridge = bridge;
    this.#state = state;
    this.#width = width;
    this.#changed = changed;
    this.views = new Newest(() => this.#readViews(), failed);
    this.frames = new Newest(() => this.#readFrames(), failed);
    this.descriptions = new Newest(() => this.describe(), failed);
  }

  async describe(): Promise<void> {
    const keys = keysOf(this.#state.layout).filter((key) => key !== "");
    if (keys.length > 0) {
      const known = await this.#bridge.request(methods.viewsDescribe, { keys });
      this.#state.revision = known.revision;
      this.#state.groups = known.groups;
      this.#state.keys = new Map(known.keys.map((key) => [key.key, key]));
    }
    const starts = [...this.#state.keys.values()].flatMap(({ start }) => start ?? []);
    const ends = [...this.#state.keys.values()].flatMap(({ end }) => end ?? []);
    if (starts.length > 0) {
      const start = Math.min(...starts);
      this.#state.extent = { start, end: Math.max(...ends, start + 1) };
    }
    if (this.#state.layout.window === null && keys.length > 0) {
      this.#state.window = this.#state.extent;
    }
    this.#changed();
    this.views.ask();
    this.frames.ask();
  }

  /** Read half a window more at each side, so that moving shows something at once. */
  async #readViews(): Promise<void> {
    const { start, end } = this.#state.window;
    const half = (end - start) / 2;
    const all = this.#state.layout.lanes.flatMap((lane) => lane.series);
    if (all.length === 0) {
      return;
    }
    const pixels = Math.max(this.#width() - gutter - rightMargin, 100) * Math.min(window.devicePixelRatio, 2);
    const answer = await this.#bridge.request(methods.viewsRead, {
      viewId,
      start: start - half,
      end: end + half,
      lanes: all.map(({ key, channel, removeMean, highPass, lowPass, spectrogram }) => ({
        key,
        channel,
        budget: Math.round(4 * pixels),
        removeMean,
        highPass,
        lowPass,
        isSpectrogram: spectrogram,
      })),
    });
    if (answer.isOvertaken) {
      return;
    }
    const shown = new Map<string, Shown>();
    all.forEach((series, place) => {
      const lane: LaneView | undefined = answer.lanes[place];
      if (lane !== undefined) {
        const part = shownOf(lane);
        shown.set(idOf(series), part);
        if (filterLabel(series) !== "") {
          this.#state.ranges.set(
            idOf(series),
            widened(this.#state.ranges.get(idOf(series)), seenRange(part)),
          );
        }
      }
    });
    this.#state.shown = shown;
    this.#changed();
    if (answer.lanes.some(({ kind }) => kind === "preparing")) {
      setTimeout(() => {
        this.descriptions.ask();
      }, 150);
    }
  }

  async #readFrames(): Promise<void> {
    const time = this.#state.time;
    await Promise.all(
      this.#state.layout.pictures.map(async (panel, place) => {
        const view = this.#state.pictures[place];
        if (view === undefined) {
          return;
        }
        const answer = await this.#bridge.request(methods.viewsFrame, {
          viewId: `${viewId}-${String(place)}`,
          key: panel.key,
          tick: time,
          budget: view.budget(),
          trail: panel.trail,
          overlays: panel.overlays
            .filter(({ visible }) => visible)
            .map(({ key, group, threshold, channel }) => ({ key, group, threshold, channel })),
        });
        if (!answer.isOvertaken) {
          view.show(this.#sized(pictureOf(answer), panel.overlays));
        }
      }),
    );
    this.#changed();
  }

  /** Shapes without a picture lie on an area of their own size. */
  #sized<P extends { readonly width: number; readonly height: number }>(
    picture: P,
    overlays: readonly { readonly key: string }[],
  ): P {
    if (picture.width > 0) {
      return picture;
    }
    const sizes = overlays
      .map(({ key }) => this.#state.keys.get(key))
      .filter((key) => key !== undefined && key.width > 0);
    return { ...picture, width: sizes[0]?.width ?? 640, height: sizes[0]?.height ?? 480 };
  }
}

/** A range and what else was seen: the scale of a filtered signal, whose extremes nobody knows, shrinks at no move. */
function widened(
  known: readonly [number, number] | undefined,
  seen: readonly number[],
): readonly [number, number] {
  return [Math.min(...seen, known?.[0] ?? Infinity), Math.max(...seen, known?.[1] ?? -Infinity)];
}
