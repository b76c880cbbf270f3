// The lanes: where each stands, what is in it, and what is under the mouse.

import { drawGrid, drawSpans, drawTicks, drawTrace, xOf, yOf, type Box, type Scale } from "./draw";
import type { ViewOfKey } from "../src/protocol/generated";
import { filterLabel, type Lane, type Layout, type Series } from "./layout";
import type { Surface } from "./surface";
import type { Theme } from "./theme";
import { roundNumbers, timeLabel, valueLabel, type TimeWindow } from "./time";
import type { Shown, Trace } from "./views";

export const gutter = 148;
const axisHeight = 26;
export const rightMargin = 14;
const topMargin = 6;

export type Scene = {
  readonly layout: Layout;
  readonly keys: ReadonlyMap<string, ViewOfKey>;
  /** What is shown of each series, by `idOf`. */
  readonly shown: ReadonlyMap<string, Shown>;
  /** The lowest and highest values seen of what is filtered, by `idOf`. */
  readonly ranges: ReadonlyMap<string, readonly [number, number]>;
  readonly window: TimeWindow;
  readonly time: number;
  readonly ticksPerSecond: number | null;
  readonly selection: { readonly key: string; readonly entityId: number } | undefined;
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
};

export function idOf(series: Series): string {
  return `${series.key}\u0000${String(series.channel)}\u0000${filterLabel(series)}`;
}

export function colorOf(scene: Pick<Scene, "layout" | "theme">, series: Series): string {
  if (series.color !== "") {
    return series.color;
  }
  const all = scene.layout.lanes.flatMap((lane) => lane.series.map(idOf));
  const { series: colors, foreground } = scene.theme;
  return colors[Math.max(all.indexOf(idOf(series)), 0) % colors.length] ?? foreground;
}

export type PlacedLane = { readonly lane: Lane; readonly index: number; readonly scale: Scale };

/** Lanes from top to bottom. Those of events and intervals are half as high. */
export function placedLanes(scene: Scene): readonly PlacedLane[] {
  const lanes = scene.layout.lanes.map((lane, index) => ({ lane, index })).filter(({ lane }) => !lane.behind);
  const weights = lanes.map(({ lane }) => lane.weight * (isLow(scene, lane) ? 0.45 : 1));
  const total = weights.reduce((a, b) => a + b, 0);
  const height = scene.height - axisHeight - topMargin;
  let y = topMargin;
  return lanes.map(({ lane, index }, place) => {
    const share = (height * (weights[place] ?? 1)) / total;
    const box = {
      x: gutter,
      y: y + 3,
      width: scene.width - gutter - rightMargin,
      height: Math.max(share - 6, 4),
    };
    y += share;
    const [bottom, top] = rangeOf(scene, lane);
    return { lane, index, scale: { box, window: scene.window, bottom, top, pixelRatio: scene.pixelRatio } };
  });
}

function isLow(scene: Scene, lane: Lane): boolean {
  const shapes = lane.series.map((series) => scene.keys.get(series.key)?.shape);
  return shapes.every((shape) => shape === "ticks" || shape === "spans");
}

/** From the lowest to the highest value of all signals of a lane, with some room. */
function rangeOf(scene: Scene, lane: Lane): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const series of lane.series) {
    const known = scene.keys.get(series.key);
    const shown = scene.shown.get(idOf(series));
    if (!series.visible || (known?.shape !== "trace" && series.channel < 0)) {
      continue;
    }
    const isAsStored = filterLabel(series) === "";
    const ends = [
      ...(typeof known?.low !== "number" || !isAsStored ? [] : [known.low, known.high ?? known.low]),
      ...(isAsStored ? seenRange(shown) : (scene.ranges.get(idOf(series)) ?? [])),
    ];
    for (const end of ends) {
      low = Math.min(low, end);
      high = Math.max(high, end);
    }
  }
  if (!(high >= low)) {
    return [0, 1];
  }
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - room, high + room];
}

export function seenRange(shown: Shown | undefined): readonly number[] {
  if (shown?.kind !== "trace") {
    return [];
  }
  const low = shown.low.reduce((a, b) => (Number.isFinite(b) ? Math.min(a, b) : a), Infinity);
  const high = shown.high.reduce((a, b) => (Number.isFinite(b) ? Math.max(a, b) : a), -Infinity);
  return high >= low ? [low, high] : [];
}

/** A lane's scale with a series' own gain, offset and direction. */
function ownScale(scale: Scale, series: Series): Scale {
  const middle = (scale.bottom + scale.top) / 2 - series.offset;
  const half = (scale.top - scale.bottom) / 2 / series.gain;
  const [bottom, top] = [middle - half, middle + half];
  return series.invert ? { ...scale, bottom: top, top: bottom } : { ...scale, bottom, top };
}

export function drawScene(surface: Surface, scene: Scene): void {
  const { theme, width, height } = scene;
  surface.fillStyle = theme.background;
  surface.fillRect(0, 0, width, height);
  const lanes = placedLanes(scene);
  const plot: Box = {
    x: gutter,
    y: topMargin,
    width: width - gutter - rightMargin,
    height: height - axisHeight - topMargin,
  };
  const whole: Scale = { box: plot, window: scene.window, bottom: 0, top: 1, pixelRatio: scene.pixelRatio };
  drawAxis(surface, scene, whole);
  for (const lane of scene.layout.lanes.filter(({ behind }) => behind)) {
    for (const series of lane.series.filter(({ visible }) => visible)) {
      const shown = scene.shown.get(idOf(series));
      if (shown?.kind === "spans") {
        const style = {
          selected: selectedIn(scene, series),
          opacity: 0.16,
          isOutlined: theme.isHighContrast,
        };
        drawSpans(surface, shown, whole, colorOf(scene, series), style);
      }
    }
  }
  for (const placed of lanes) {
    drawLane(surface, scene, placed);
  }
  drawCursor(surface, scene, whole);
}

function drawLane(surface: Surface, scene: Scene, { lane, scale }: PlacedLane): void {
  const { theme } = scene;
  surface.fillStyle = theme.grid;
  surface.fillRect(0, scale.box.y + scale.box.height + 3, scene.width, 1 / scene.pixelRatio);
  const notes: string[] = [];
  for (const series of lane.series) {
    const shown = scene.shown.get(idOf(series));
    if (!series.visible || shown === undefined) {
      continue;
    }
    const color = colorOf(scene, series);
    switch (shown.kind) {
      case "trace":
        drawTrace(surface, shown, ownScale(scale, series), color);
        break;
      case "ticks":
        drawTicks(surface, shown, scale, color, selectedIn(scene, series));
        break;
      case "spans":
        drawSpans(surface, shown, scale, color, {
          selected: selectedIn(scene, series),
          opacity: 0.4,
          isOutlined: true,
        });
        break;
      case "grid":
        drawGrid(surface, shown, scale);
        break;
      case "none":
      case "preparing":
        break;
    }
    notes.push(...(shown.kind === "trace" ? [filterLabel(series)] : []), shown.note);
  }
  drawLabel(surface, scene, lane, scale, notes.filter(Boolean));
}

function drawLabel(surface: Surface, scene: Scene, lane: Lane, scale: Scale, notes: readonly string[]): void {
  const { theme } = scene;
  const { box } = scale;
  const first = lane.series[0];
  surface.save();
  surface.beginPath();
  surface.rect(0, box.y - 3, gutter - 4, box.height + 6);
  surface.clip();
  surface.textBaseline = "middle";
  surface.textAlign = "left";
  const middle = box.y + box.height / 2;
  const hasRoom = box.height > 40;
  surface.fillStyle = first === undefined ? theme.dim : colorOf(scene, first);
  surface.fillRect(8, middle - 7 - (hasRoom ? 8 : 0), 3, 14);
  surface.fillStyle = theme.foreground;
  surface.font = `600 12px ${theme.font}`;
  const hasScale = first !== undefined && scene.shown.get(idOf(first))?.kind === "trace";
  surface.fillText(shortened(lane.label, hasScale ? 14 : 18), 16, middle - (hasRoom ? 8 : 0));
  surface.font = `11px ${theme.font}`;
  surface.fillStyle = theme.dim;
  if (hasRoom) {
    const value = first === undefined ? "" : valueAt(scene, first);
    surface.fillText(value, 16, middle + 9);
  }
  const isTrace = first !== undefined && scene.shown.get(idOf(first))?.kind === "trace";
  if (isTrace && box.height > 34) {
    const own = ownScale(scale, first);
    surface.textAlign = "right";
    const count = Math.max(3, Math.min(6, Math.floor(box.height / 26)));
    for (const value of roundNumbers(Math.min(own.bottom, own.top), Math.max(own.bottom, own.top), count)) {
      const y = yOf(own, value);
      if (y > box.y + 5 && y < box.y + box.height - 4) {
        surface.fillText(valueLabel(value), gutter - 10, y);
        surface.fillRect(gutter - 8, y, 4, 1 / scene.pixelRatio);
      }
    }
  }
  surface.restore();
  if (notes.length > 0) {
    surface.font = `11px ${theme.font}`;
    surface.fillStyle = theme.dim;
    surface.textAlign = "right";
    surface.textBaseline = "top";
    surface.fillText(notes.join(" · "), box.x + box.width - 4, box.y + 2);
  }
}

function drawAxis(surface: Surface, scene: Scene, scale: Scale): void {
  const { theme, window } = scene;
  const { box } = scale;
  const rate = scene.ticksPerSecond;
  const unit = rate ?? 1;
  const count = Math.max(2, Math.floor(box.width / 110));
  const marks = roundNumbers(window.start / unit, window.end / unit, count);
  const step = ((marks[1] ?? 1) - (marks[0] ?? 0)) * unit;
  surface.font = `11px ${theme.font}`;
  surface.textAlign = "center";
  surface.textBaseline = "top";
  for (const mark of marks) {
    const x = xOf(scale, mark * unit);
    surface.fillStyle = theme.grid;
    surface.globalAlpha = theme.isHighContrast ? 0.4 : 1;
    surface.fillRect(x, box.y, 1 / scene.pixelRatio, box.height);
    surface.globalAlpha = 1;
    surface.fillStyle = theme.dim;
    surface.fillText(timeLabel(mark * unit, rate, step), x, box.y + box.height + 7);
  }
  surface.fillStyle = theme.dim;
  surface.fillRect(box.x, box.y + box.height + 2, box.width, 1 / scene.pixelRatio);
}

function drawCursor(surface: Surface, scene: Scene, scale: Scale): void {
  const { theme, time } = scene;
  for (const bookmark of scene.layout.bookmarks) {
    const x = xOf(scale, bookmark.time);
    if (x >= scale.box.x && x <= scale.box.x + scale.box.width) {
      surface.fillStyle = theme.selection;
      surface.beginPath();
      surface.moveTo(x - 5, 0);
      surface.lineTo(x + 5, 0);
      surface.lineTo(x, 8);
      surface.closePath();
      surface.fill();
    }
  }
  const x = xOf(scale, time);
  if (x < scale.box.x || x > scale.box.x + scale.box.width) {
    return;
  }
  surface.fillStyle = theme.cursor;
  surface.fillRect(
    Math.round(x * scene.pixelRatio) / scene.pixelRatio,
    0,
    Math.max(1, 1 / scene.pixelRatio),
    scale.box.y + scale.box.height + 4,
  );
}

function selectedIn(scene: Scene, series: Series): number {
  return scene.selection?.key === series.key ? scene.selection.entityId : 0;
}

/** What a series has at the cursor, for its label. */
function valueAt(scene: Scene, series: Series): string {
  const shown = scene.shown.get(idOf(series));
  const unit = series.unit === "" ? "" : ` ${series.unit}`;
  if (shown?.kind === "trace") {
    const place = placeAt(shown, scene.time);
    if (place === -1) {
      return "no sample";
    }
    const [low, high] = [shown.low[place] ?? NaN, shown.high[place] ?? NaN];
    const text = shown.isExact || low === high ? valueLabel(low) : `${valueLabel(low)} … ${valueLabel(high)}`;
    return text === "missing" ? text : text + unit;
  }
  if (shown?.kind === "ticks" || shown?.kind === "spans") {
    return `${shown.count.toLocaleString("en")} shown`;
  }
  return "";
}

/** The last point that begins at or before a tick; -1 if there is none near. */
function placeAt(shown: Trace, tick: number): number {
  let [low, high] = [0, shown.starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shown.starts[middle] ?? Infinity) <= tick) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const place = low - 1;
  return place >= 0 && tick - (shown.ends[place] ?? -Infinity) <= shown.gap ? place : -1;
}

function shortened(label: string, most: number): string {
  return label.length <= most ? label : `${label.slice(0, most - 1)}…`;
}
