// What the viewer shows at one moment, and where each lane of it stands.

import type { Scale } from "./draw";
import type { ViewOfKey } from "../src/protocol/generated";
import { filterLabel, type Lane, type Layout, type Series } from "./layout";
import type { Theme } from "./theme";
import type { TimeWindow } from "./time";
import type { Shown } from "./views";

export const gutter = 148;
export const axisHeight = 26;
export const rightMargin = 14;
export const topMargin = 6;

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
export function ownScale(scale: Scale, series: Series): Scale {
  const middle = (scale.bottom + scale.top) / 2 - series.offset;
  const half = (scale.top - scale.bottom) / 2 / series.gain;
  const [bottom, top] = [middle - half, middle + half];
  return series.invert ? { ...scale, bottom: top, top: bottom } : { ...scale, bottom, top };
}
