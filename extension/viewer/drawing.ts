// Changing points, lines and masks in a picture: what is selected is dragged, and Alt draws.

import type { Controls } from "./controls";
import { dragging } from "./elements";
import type { PictureView } from "./pictureView";
import { spotAt, type Spot } from "./shapes";
import { lineOf, movedBy, painted, type Size } from "./strokes";
import type { Shapes } from "./views";

/** The shape that is changed, as it is stored; without points it is not there. */
type Target = {
  readonly key: string;
  readonly shape: Shapes["shape"];
  readonly entityId: number;
  readonly tick: number;
  readonly points: Float32Array;
};

const kinds: Readonly<Record<string, Shapes["shape"]>> = { Points: "points", Line: "lines", Mask: "masks" };
const nothing = new Float32Array();

export class Drawing {
  readonly #viewer: Controls;
  readonly #view: PictureView;

  constructor(viewer: Controls, view: PictureView) {
    this.#viewer = viewer;
    this.#view = view;
  }

  /** Follow a drag that changes something; returns false for one that does not. */
  follows(event: PointerEvent): boolean {
    if (event.altKey) {
      const target = this.#target();
      if (target !== undefined) {
        this.#draw(event, target);
      }
      return true;
    }
    const { selection } = this.#viewer.state;
    const under = this.#view.shapeAt(event.offsetX, event.offsetY);
    if (under === undefined || under.key !== selection?.key || under.entityId !== selection.entityId) {
      return false;
    }
    const target = this.#existing(under.key, under.entityId);
    if (target === undefined) {
      return false;
    }
    this.#drag(event, target);
    return true;
  }

  /** Show the brush where it would paint. */
  hovered(event: PointerEvent): void {
    const hadBrush = this.#view.brush !== undefined;
    this.#view.brush =
      event.altKey && this.#target()?.shape === "masks"
        ? this.#brushAt(event.offsetX, event.offsetY)
        : undefined;
    if (hadBrush || this.#view.brush !== undefined) {
      this.#viewer.redraw();
    }
  }

  /** Take the brush away. */
  left(): void {
    if (this.#view.brush !== undefined) {
      this.#view.brush = undefined;
      this.#viewer.redraw();
    }
  }

  /** Make the brush larger or smaller; returns false where there is none. */
  resizesBrush(event: WheelEvent): boolean {
    if (!event.altKey || this.#target()?.shape !== "masks") {
      return false;
    }
    const { state } = this.#viewer;
    const radius = state.brushRadius - (event.deltaY || event.deltaX) / 100;
    state.brushRadius = Math.min(Math.max(radius, 0), 200);
    this.#view.brush = this.#brushAt(event.offsetX, event.offsetY);
    this.#viewer.redraw();
    return true;
  }

  #brushAt(x: number, y: number): { x: number; y: number; radius: number } {
    const scale = this.#view.place()?.scale ?? 1;
    return { x, y, radius: (Math.round(this.#viewer.state.brushRadius) + 0.5) * scale };
  }

  #spot(event: PointerEvent): Spot {
    return spotAt(this.#view.place() ?? { x: 0, y: 0, scale: 1 }, event.offsetX, event.offsetY);
  }

  #size(): Size {
    return this.#view.picture ?? { width: 0, height: 0 };
  }

  #existing(key: string, entityId: number): Target | undefined {
    const shape = kinds[this.#viewer.state.keys.get(key)?.type ?? ""];
    const entry = this.#view.entry(key, entityId);
    return shape === undefined || entry === undefined ? undefined : { key, shape, entityId, ...entry };
  }

  /** What is selected, where that is drawn again; else a new shape of the key that was selected last, or the first. */
  #target(): Target | undefined {
    const { state } = this.#viewer;
    const keys = this.#view.panel.overlays
      .filter(({ key, visible }) => visible && state.shapeOf(key) === "marks")
      .map(({ key }) => key);
    const key = keys.includes(state.drawnKey) ? state.drawnKey : keys[0];
    const shape = kinds[state.keys.get(key ?? "")?.type ?? ""];
    if (key === undefined || shape === undefined) {
      return undefined;
    }
    const { selection } = state;
    const selected = selection?.key === key ? this.#existing(key, selection.entityId) : undefined;
    const shown = this.#view.picture?.overlays.find((overlay) => overlay.key === key);
    return selected !== undefined && shape !== "points"
      ? selected
      : { key, shape, entityId: 0, tick: shown?.tick ?? state.time, points: nothing };
  }

  #drag(event: PointerEvent, target: Target): void {
    const from = this.#spot(event);
    const mask = target.shape === "masks" ? this.#size() : undefined;
    let hasMoved = false;
    this.#follow(event, target, (now) => {
      hasMoved ||= Math.hypot(now.offsetX - event.offsetX, now.offsetY - event.offsetY) > 3;
      const to = this.#spot(now);
      return hasMoved ? movedBy(target.points, { x: to.x - from.x, y: to.y - from.y }, mask) : target.points;
    });
  }

  #draw(event: PointerEvent, target: Target): void {
    const isErasing = event.shiftKey;
    const stroke = [this.#spot(event)];
    let pixels = target.points;
    this.#follow(event, target, (now) => {
      const spot = this.#spot(now);
      const last = stroke.at(-1) ?? spot;
      stroke.push(spot);
      switch (target.shape) {
        case "points":
          return Float32Array.of(spot.x, spot.y);
        case "lines":
          return lineOf(stroke);
        default: {
          this.#view.brush = this.#brushAt(now.offsetX, now.offsetY);
          const brush = { radius: Math.round(this.#viewer.state.brushRadius), isErasing };
          pixels = painted(pixels, [last, spot], brush, this.#size());
          return pixels;
        }
      }
    });
  }

  /** Show what the drag makes of a shape, and store it at the end. */
  #follow(event: PointerEvent, target: Target, pointsAt: (now: PointerEvent) => Float32Array): void {
    const { key, entityId } = target;
    const show = (now: PointerEvent): Float32Array => {
      const points = pointsAt(now);
      this.#view.draft = { key, entityId, points, isStored: false };
      this.#viewer.redraw();
      return points;
    };
    show(event);
    dragging(this.#view.canvas, event, show, (last) => {
      const points = show(last);
      this.#view.brush = undefined;
      const isLine = target.shape !== "lines" || points.length > 2;
      if (isLine && !isSame(points, target.points)) {
        void this.#store(target, points);
      } else {
        this.#view.draft = undefined;
      }
    });
  }

  async #store({ key, shape, entityId, tick, points: before }: Target, after: Float32Array): Promise<void> {
    const { draft } = this.#view;
    const stored = await this.#viewer.edits.shape({ key, entityId, tick, before, after });
    if (this.#view.draft === draft && draft !== undefined) {
      this.#view.draft = stored === undefined ? undefined : { ...draft, isStored: true };
    }
    if (stored !== undefined && entityId === 0 && shape === "masks") {
      this.#viewer.select({ key, entityId: stored, start: tick, end: tick }); // the next stroke goes on with it
    }
    this.#viewer.redraw();
  }
}

function isSame(one: Float32Array, other: Float32Array): boolean {
  return one.length === other.length && one.every((value, place) => value === other[place]);
}
