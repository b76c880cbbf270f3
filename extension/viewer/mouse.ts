// What the mouse does over the lanes: move, zoom, select, and change entries.

import { tickAt, xOf } from "./draw";
import { dragging } from "./elements";
import { hitAt, selectionOf, type Hit } from "./hits";
import { gutter, placedLanes, type PlacedLane } from "./scene";
import { moved, timeLabel } from "./time";
import type { Controls } from "./controls";

export class Mouse {
  readonly #viewer: Controls;
  readonly #canvas: HTMLCanvasElement;
  readonly #lanes: HTMLElement;
  readonly #tip: HTMLElement;

  constructor(viewer: Controls, canvas: HTMLCanvasElement, lanes: HTMLElement, tip: HTMLElement) {
    this.#viewer = viewer;
    this.#canvas = canvas;
    this.#lanes = lanes;
    this.#tip = tip;
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.#wheeled(event);
      },
      { passive: false },
    );
    canvas.addEventListener("pointerdown", (event) => {
      this.#grabbed(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons === 0) {
        this.#hovered(event);
      }
    });
    canvas.addEventListener("pointerleave", () => {
      this.#tip.hidden = true;
    });
    canvas.addEventListener("dblclick", (event) => {
      this.#doubleClicked(event);
    });
  }

  #wheeled(event: WheelEvent): void {
    const placed = this.#laneAt(event.offsetY);
    const scale = placed?.scale ?? placedLanes(this.#viewer.scene())[0]?.scale;
    if (scale === undefined) {
      return;
    }
    if (event.altKey) {
      const factor = Math.exp(-event.deltaY / 500);
      if (event.shiftKey && placed !== undefined) {
        this.#viewer.navigation.scaleLane(placed.index, factor);
      } else {
        this.#viewer.navigation.scaleAll(factor);
      }
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.#viewer.navigation.pan((event.deltaX || event.deltaY) / scale.box.width);
    } else {
      const pace = event.ctrlKey ? 200 : 500;
      this.#viewer.navigation.zoom(Math.exp(event.deltaY / pace), tickAt(scale, event.offsetX));
    }
  }

  #laneAt(y: number): PlacedLane | undefined {
    return placedLanes(this.#viewer.scene()).find(
      ({ scale: { box } }) => y >= box.y - 3 && y <= box.y + box.height + 3,
    );
  }

  /** Drag to move; an edge of the selected interval to resize it; Alt to add; a click sets the cursor and selects. */
  #grabbed(event: PointerEvent): void {
    const placed = this.#laneAt(event.offsetY);
    if (placed === undefined || event.offsetX < gutter) {
      return;
    }
    const { scale } = placed;
    const from = event.offsetX;
    const grabbed = this.#viewer.state.window;
    const hit = hitAt(this.#viewer.scene(), placed, from);
    if (event.altKey) {
      this.#drawEntry(event, placed);
      return;
    }
    const isSelected =
      hit !== undefined && this.#viewer.state.selection?.entityId === hit.entityId && hit.entityId > 0;
    let hasMoved = false;
    dragging(
      this.#canvas,
      event,
      (now) => {
        hasMoved ||= Math.abs(now.offsetX - from) > 3;
        if (hasMoved && !isSelected) {
          const ticks = ((from - now.offsetX) / scale.box.width) * (grabbed.end - grabbed.start);
          this.#viewer.setWindow(moved(grabbed, ticks, this.#viewer.state.extent));
        }
      },
      (last) => {
        const at = tickAt(scale, last.offsetX);
        if (hasMoved && isSelected) {
          this.#moveEntry(
            hit,
            tickAt(scale, from),
            at,
            Math.abs(xOf(scale, hit.end) - from) < 6,
            Math.abs(xOf(scale, hit.start) - from) < 6,
          );
        } else if (!hasMoved) {
          this.#viewer.select(selectionOf(hit));
          this.#viewer.setTime(
            hit !== undefined && this.#viewer.state.shapeOf(hit.series.key) === "ticks" ? hit.start : at,
          );
        }
      },
    );
  }

  #moveEntry(hit: Hit, from: number, to: number, isEnd: boolean, isStart: boolean): void {
    const isInterval = this.#viewer.state.shapeOf(hit.series.key) === "spans";
    const change = to - from;
    const start = isInterval && isEnd ? hit.start : hit.start + change;
    const end = isInterval && isStart && !isEnd ? hit.end : hit.end + change;
    void this.#viewer.edits.make({
      key: hit.series.key,
      removed: [{ start: hit.start, end: hit.end }],
      added: [{ start: Math.min(start, end), end: Math.max(start, end), entityId: hit.entityId }],
    });
  }

  /** Alt and click adds an event, Alt and drag an interval. */
  #drawEntry(event: PointerEvent, placed: PlacedLane): void {
    const series = placed.lane.series.find(({ key }) =>
      ["ticks", "spans"].includes(this.#viewer.state.shapeOf(key)),
    );
    if (series === undefined) {
      return;
    }
    const from = tickAt(placed.scale, event.offsetX);
    dragging(
      this.#canvas,
      event,
      () => undefined,
      (last) => {
        const to = tickAt(placed.scale, last.offsetX);
        const isInterval = this.#viewer.state.shapeOf(series.key) === "spans";
        const row = isInterval
          ? { start: Math.min(from, to), end: Math.max(from, to) }
          : { start: to, end: to };
        void this.#viewer.edits.make({ key: series.key, removed: [], added: [row] });
      },
    );
  }

  #hovered(event: PointerEvent): void {
    const placed = this.#laneAt(event.offsetY);
    if (placed === undefined || event.offsetX < gutter) {
      this.#tip.hidden = true;
      return;
    }
    const hit = hitAt(this.#viewer.scene(), placed, event.offsetX);
    const rate = this.#viewer.state.ticksPerSecond();
    const digits = (this.#viewer.state.window.end - this.#viewer.state.window.start) / 2000;
    const time = (tick: number): string => timeLabel(tick, rate, digits);
    this.#canvas.style.cursor = hit === undefined ? "crosshair" : "pointer";
    this.#tip.textContent =
      hit === undefined
        ? `${placed.lane.label} · ${time(tickAt(placed.scale, event.offsetX))}`
        : `${hit.series.key}${hit.entityId > 0 ? ` #${String(hit.entityId)}` : ""} · ${time(hit.start)}${hit.end > hit.start ? ` – ${time(hit.end)}` : ""}`;
    this.#tip.hidden = false;
    const isRight = event.offsetX > this.#lanes.clientWidth - 260;
    this.#tip.style.left = isRight ? "auto" : `${String(event.offsetX + 14)}px`;
    this.#tip.style.right = isRight ? `${String(this.#lanes.clientWidth - event.offsetX + 10)}px` : "auto";
    this.#tip.style.top = `${String(Math.max(event.offsetY - 26, 0))}px`;
  }

  /** A double click on an interval shows it; elsewhere it zooms in. */
  #doubleClicked(event: MouseEvent): void {
    const placed = this.#laneAt(event.offsetY);
    if (placed === undefined) {
      return;
    }
    const hit = hitAt(this.#viewer.scene(), placed, event.offsetX);
    if (hit !== undefined && hit.end > hit.start) {
      const room = (hit.end - hit.start) * 0.1;
      this.#viewer.setWindow({ start: hit.start - room, end: hit.end + room });
    } else if (event.offsetX >= gutter) {
      this.#viewer.navigation.zoom(0.25, tickAt(placed.scale, event.offsetX));
    } else {
      this.#viewer.navigation.scaleLane(placed.index, 1 / (placed.lane.series[0]?.gain ?? 1));
    }
  }
}
