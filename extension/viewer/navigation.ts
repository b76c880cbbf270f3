// Going somewhere: by frames, events and bookmarks, nearer and further away, with larger and smaller amplitudes.

import { methods } from "../src/protocol/generated";
import { messageOf, type Bridge } from "./bridge";
import { gutter } from "./scene";
import { keysOf } from "./layout";
import { placeOf, type Place } from "./places";
import type { State } from "./state";
import { moved, timeLabel, zoomed } from "./time";
import type { Controls } from "./controls";

export class Navigation {
  readonly #viewer: Controls;
  readonly #state: State;
  readonly #bridge: Bridge;

  constructor(viewer: Controls, state: State, bridge: Bridge) {
    this.#viewer = viewer;
    this.#state = state;
    this.#bridge = bridge;
  }

  /** Go by one frame of the first picture, or by one pixel. */
  step(direction: 1 | -1): void {
    const picture = this.#state.pictures[0]?.picture;
    if (picture === undefined || picture.tick === null) {
      const pixel =
        (this.#state.window.end - this.#state.window.start) /
        Math.max(this.#viewer.scene().width - gutter, 1);
      this.#viewer.setTime(this.#state.time + direction * pixel);
      return;
    }
    const key = this.#state.layout.pictures[0]?.key ?? "";
    if (
      direction === 1 &&
      picture.nextTick !== null &&
      this.#state.time >= picture.tick &&
      this.#state.time < picture.nextTick
    ) {
      this.#viewer.setTime(picture.nextTick);
    } else {
      void this.goToNext(key, direction === 1, direction === 1 ? this.#state.time : picture.tick);
    }
  }

  /** Go to the next, or the previous, entry of a key; without one, of the events and intervals that are shown. */
  async goToNext(key: string | undefined, forward: boolean, from = this.#state.time): Promise<void> {
    const all = keysOf(this.#state.layout);
    const keys =
      key !== undefined
        ? [key]
        : this.#state.selection !== undefined && all.includes(this.#state.selection.key)
          ? [this.#state.selection.key]
          : all.filter((name) => ["ticks", "spans"].includes(this.#state.shapeOf(name)));
    const found = await Promise.all(
      keys.map((name) => this.#bridge.request(methods.viewsFind, { key: name, tick: from, forward })),
    );
    const ticks = found.flatMap(({ tick }) => tick ?? []);
    if (ticks.length > 0) {
      this.#viewer.setTime(forward ? Math.min(...ticks) : Math.max(...ticks));
    }
  }

  async goTo(text: string): Promise<boolean> {
    try {
      const tick = await this.#tickOf(placeOf(text, this.#state.ticksPerSecond()));
      const { start, end } = this.#state.extent;
      if (tick < start || tick > end) {
        const [first, last] = [start, end].map((edge) => timeLabel(edge, this.#state.ticksPerSecond(), 1));
        throw new Error(`"${text.trim()}" is outside of what is shown, which is from ${first} to ${last}.`);
      }
      this.#viewer.say("");
      this.#viewer.setTime(tick);
      return true;
    } catch (error) {
      this.#viewer.say(messageOf(error));
      return false;
    }
  }

  async #tickOf(place: Place): Promise<number> {
    if (place.kind === "tick") {
      return place.tick;
    }
    const { layout, selection } = this.#state;
    const first = layout.pictures.find(({ key }) => key !== "")?.key;
    const key =
      place.kind === "frame"
        ? first
        : (selection?.key ?? layout.lanes[0]?.series[0]?.key ?? keysOf(layout)[0]);
    if (key === undefined) {
      throw new Error(place.kind === "frame" ? "No video is shown." : "Nothing is shown.");
    }
    const { tick } = await this.#bridge.request(methods.viewsLocate, { key, index: place.index });
    return tick ?? NaN;
  }

  toggleBookmark(): void {
    const near = (this.#state.window.end - this.#state.window.start) / 200;
    const { bookmarks } = this.#state.layout;
    const rest = bookmarks.filter(({ time }) => Math.abs(time - this.#state.time) > near);
    const changed =
      rest.length < bookmarks.length ? rest : [...bookmarks, { time: this.#state.time, label: "" }];
    this.#viewer.setLayout({ ...this.#state.layout, bookmarks: changed.toSorted((a, b) => a.time - b.time) });
  }

  goToBookmark(forward: boolean): void {
    const times = this.#state.layout.bookmarks.map(({ time }) => time);
    const found = forward
      ? times.find((time) => time > this.#state.time + 0.5)
      : times.findLast((time) => time < this.#state.time - 0.5);
    if (found !== undefined) {
      this.#viewer.setTime(found);
    }
  }

  zoom(factor: number, around?: number): void {
    const { start, end } = this.#state.window;
    const middle =
      this.#state.time >= start && this.#state.time <= end ? this.#state.time : (start + end) / 2;
    this.#viewer.setWindow(zoomed(this.#state.window, factor, around ?? middle, this.#state.extent));
  }

  pan(share: number): void {
    this.#viewer.setWindow(
      moved(
        this.#state.window,
        share * (this.#state.window.end - this.#state.window.start),
        this.#state.extent,
      ),
    );
  }

  scaleAll(factor: number): void {
    const lanes = this.#state.layout.lanes.map((lane) => ({
      ...lane,
      series: lane.series.map((series) => ({ ...series, gain: series.gain * factor })),
    }));
    this.#viewer.setLayout({ ...this.#state.layout, lanes });
  }

  scaleLane(index: number, factor: number): void {
    const lane = this.#state.layout.lanes[index];
    if (lane !== undefined) {
      const series = lane.series.map((one) => ({ ...one, gain: one.gain * factor }));
      this.#viewer.setLayout({
        ...this.#state.layout,
        lanes: this.#state.layout.lanes.with(index, { ...lane, series }),
      });
    }
  }
}
