// The event or interval under the mouse.

import { xOf, type Scale } from "./draw";
import { idOf, type PlacedLane, type Scene } from "./scene";
import type { Series } from "./layout";
import type { Selection } from "./messages";
import type { Entries } from "./views";

export type Hit = {
  readonly series: Series;
  readonly start: number;
  readonly end: number;
  readonly entityId: number;
};

export function selectionOf(hit: Hit | undefined): Selection | undefined {
  return hit && { key: hit.series.key, entityId: hit.entityId, start: hit.start, end: hit.end };
}

/** The event or interval of a lane under the mouse. */
export function hitAt(scene: Scene, placed: PlacedLane, x: number): Hit | undefined {
  const near = 4;
  for (const series of placed.lane.series.toReversed()) {
    const shown = scene.shown.get(idOf(series));
    if (!series.visible || (shown?.kind !== "ticks" && shown?.kind !== "spans") || !shown.isExact) {
      continue;
    }
    const index = nearest(shown, placed.scale, x, near);
    if (index !== -1) {
      const [start, end] = [shown.starts[index] ?? NaN, shown.ends[index] ?? NaN];
      return { series, start, end, entityId: shown.entityIds[index] ?? 0 };
    }
  }
  return undefined;
}

function nearest(shown: Entries, scale: Scale, x: number, near: number): number {
  let best = -1;
  let distance = near;
  for (let index = 0; index < shown.starts.length; index++) {
    const from = xOf(scale, shown.starts[index] ?? NaN);
    const to = xOf(scale, shown.ends[index] ?? NaN);
    const away = x < from ? from - x : x > to ? x - to : 0;
    if (away < distance) {
      [best, distance] = [index, away];
    }
  }
  return best;
}
