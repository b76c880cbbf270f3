// What stands beside a lane.

import { yOf, type Scale } from "./draw";
import type { Lane, Series } from "./layout";
import { colorOf, gutter, idOf, ownScale, type Scene } from "./scene";
import type { Surface } from "./surface";
import { roundNumbers, valueLabel } from "./time";
import type { Trace } from "./views";

/** The name of a lane, its value at the cursor, its scale, and what is to be said of it. */
export function drawLabel(
  surface: Surface,
  scene: Scene,
  lane: Lane,
  scale: Scale,
  notes: readonly string[],
): void {
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
  const own = first === undefined ? undefined : axisOf(scene, first, scale);
  surface.fillText(shortened(lane.label, own !== undefined ? 14 : 18), 16, middle - (hasRoom ? 8 : 0));
  surface.font = `11px ${theme.font}`;
  surface.fillStyle = theme.dim;
  if (hasRoom) {
    const value = first === undefined ? "" : valueAt(scene, first);
    surface.fillText(value, 16, middle + 9);
  }
  if (own !== undefined && box.height > 34) {
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

/** The scale of a signal's values, or of a spectrogram's frequencies. */
function axisOf(scene: Scene, series: Series, scale: Scale): Scale | undefined {
  const shown = scene.shown.get(idOf(series));
  if (shown?.kind === "trace") {
    return ownScale(scale, series);
  }
  return shown?.kind === "grid" && shown.frequencies !== undefined
    ? { ...scale, bottom: shown.frequencies[0], top: shown.frequencies[1] }
    : undefined;
}

/** What a series has at the cursor, for its label. */
function valueAt(scene: Scene, series: Series): string {
  const shown = scene.shown.get(idOf(series));
  const unit = series.unit === "" ? "" : ` ${series.unit}`;
  if (shown?.kind === "trace") {
    const place = placeAt(shown, scene.time);
    if (place === -1) {
      return Number.isNaN(scene.time) ? "" : "no sample"; // a preview may have no cursor
    }
    const [low, high] = [shown.low[place] ?? NaN, shown.high[place] ?? NaN];
    const text = shown.isExact || low === high ? valueLabel(low) : `${valueLabel(low)} … ${valueLabel(high)}`;
    return text === "missing" ? text : text + unit;
  }
  if (shown?.kind === "ticks" || shown?.kind === "spans") {
    return `${shown.count.toLocaleString("en")} shown`;
  }
  if (shown?.kind === "grid" && shown.frequencies !== undefined) {
    return shown.frequencies.map(valueLabel).join(" – ") + " Hz";
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
