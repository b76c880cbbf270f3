// How each shape is drawn into a rectangle of a window. Knows no lanes, no data keys and no mouse.

import { colorAt } from "./colorMaps";
import type { ColorMap } from "./layout";
import type { Surface } from "./surface";
import type { TimeWindow } from "./time";
import type { Entries, Grid, Trace } from "./views";

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export type Scale = {
  readonly box: Box;
  readonly window: TimeWindow;
  /** Values at the lower and the upper edge. */
  readonly bottom: number;
  readonly top: number;
  readonly pixelRatio: number;
};

/** From so many pixels between them on, single samples are dots. */
const dotDistance = 7;

export function xOf(scale: Scale, tick: number): number {
  const { box, window } = scale;
  return box.x + ((tick - window.start) / (window.end - window.start)) * box.width;
}

export function tickAt(scale: Scale, x: number): number {
  const { box, window } = scale;
  return window.start + ((x - box.x) / box.width) * (window.end - window.start);
}

export function yOf(scale: Scale, value: number): number {
  const { box, bottom, top } = scale;
  return box.y + box.height - ((value - bottom) / (top - bottom)) * box.height;
}

/** A signal: a line through samples, a column of pixels from lowest to highest where there are more than pixels. */
export function drawTrace(surface: Surface, trace: Trace, scale: Scale, color: string): void {
  surface.save();
  clipTo(surface, scale.box);
  surface.fillStyle = color;
  surface.strokeStyle = color;
  if (trace.isExact) {
    drawSamples(surface, trace, scale);
  } else {
    drawEnvelope(surface, trace, scale);
  }
  surface.restore();
}

function drawSamples(surface: Surface, trace: Trace, scale: Scale): void {
  const { starts, low, gap } = trace;
  surface.lineWidth = 1.25;
  surface.lineJoin = "round";
  surface.beginPath();
  let previous = NaN;
  let visible = 0;
  const alone: number[] = [];
  for (let index = 0; index < starts.length; index++) {
    const tick = starts[index] ?? NaN;
    const value = low[index] ?? NaN;
    if (Number.isNaN(value)) {
      previous = NaN;
      continue;
    }
    const x = xOf(scale, tick);
    const y = yOf(scale, value);
    visible += tick >= scale.window.start && tick <= scale.window.end ? 1 : 0;
    const isJoined = tick - previous <= gap;
    if (isJoined) {
      surface.lineTo(x, y);
    } else {
      surface.moveTo(x, y);
      const next = (starts[index + 1] ?? Infinity) - tick;
      if (next > gap || Number.isNaN(low[index + 1] ?? NaN)) {
        alone.push(index); // a line without length would not be seen
      }
    }
    previous = tick;
  }
  surface.stroke();
  const dots = visible * dotDistance < scale.box.width ? starts.keys() : alone;
  surface.beginPath();
  for (const index of dots) {
    const value = low[index] ?? NaN;
    if (!Number.isNaN(value)) {
      const x = xOf(scale, starts[index] ?? NaN);
      const y = yOf(scale, value);
      surface.moveTo(x + 2, y);
      surface.arc(x, y, 2, 0, 2 * Math.PI);
    }
  }
  surface.fill();
}

function drawEnvelope(surface: Surface, trace: Trace, scale: Scale): void {
  const { starts, ends, low, high, gap } = trace;
  const unit = 1 / scale.pixelRatio;
  const columns = Math.ceil(scale.box.width * scale.pixelRatio);
  const tops = new Float32Array(columns).fill(Infinity);
  const bottoms = new Float32Array(columns).fill(-Infinity);
  const column = (tick: number): number => Math.floor((xOf(scale, tick) - scale.box.x) * scale.pixelRatio);
  for (let index = 0; index < starts.length; index++) {
    const lowest = low[index] ?? NaN;
    if (Number.isNaN(lowest)) {
      continue;
    }
    const start = starts[index] ?? NaN;
    const end = ends[index] ?? NaN;
    const next = starts[index + 1];
    const isJoined = next !== undefined && next - end <= gap;
    const begin = column(start);
    const first = Math.max(begin, 0);
    const last = Math.min(isJoined ? Math.max(column(next) - 1, begin) : column(end), columns - 1);
    const top = yOf(scale, high[index] ?? NaN);
    const bottom = yOf(scale, lowest);
    for (let place = first; place <= last; place++) {
      tops[place] = Math.min(tops[place] ?? Infinity, top);
      bottoms[place] = Math.max(bottoms[place] ?? -Infinity, bottom);
    }
  }
  // Neighbours that do not overlap are joined, as a line through them would. One outline for all columns that follow
  // each other: a rectangle for each takes the browser several times as long.
  const lines = { tops: new Float32Array(columns), bottoms: new Float32Array(columns) };
  let first = -1;
  for (let place = 0; place <= columns; place++) {
    const [top, bottom] = [tops[place] ?? Infinity, bottoms[place] ?? -Infinity];
    if (bottom < top) {
      if (first >= 0) {
        outline(surface, scale, lines, first, place);
      }
      first = -1;
      continue;
    }
    const isJoined = first >= 0;
    first = isJoined ? first : place;
    const [lastTop, lastBottom] = isJoined
      ? [tops[place - 1] ?? top, bottoms[place - 1] ?? bottom]
      : [top, bottom];
    lines.tops[place] = Math.min(top, Math.max(lastBottom, -1e6)) - unit / 2;
    lines.bottoms[place] = Math.max(bottom, Math.min(lastTop, 1e6)) + unit / 2;
  }
}

/** Fill columns of pixels that follow each other, each from its top to its bottom. */
function outline(
  surface: Surface,
  { box, pixelRatio }: Scale,
  { tops, bottoms }: { readonly tops: Float32Array; readonly bottoms: Float32Array },
  first: number,
  end: number,
): void {
  surface.beginPath();
  surface.moveTo(box.x + first / pixelRatio, tops[first] ?? 0);
  for (let place = first; place < end; place++) {
    const top = tops[place] ?? 0;
    if (place > first) {
      surface.lineTo(box.x + place / pixelRatio, top);
    }
    surface.lineTo(box.x + (place + 1) / pixelRatio, top);
  }
  for (let place = end - 1; place >= first; place--) {
    const bottom = bottoms[place] ?? 0;
    surface.lineTo(box.x + (place + 1) / pixelRatio, bottom);
    surface.lineTo(box.x + place / pixelRatio, bottom);
  }
  surface.closePath();
  surface.fill();
}

/** Events as ticks; where there are many, the fuller a bin is, the stronger it is. */
export function drawTicks(
  surface: Surface,
  ticks: Entries,
  scale: Scale,
  color: string,
  selected: number,
): void {
  surface.save();
  clipTo(surface, scale.box);
  surface.fillStyle = color;
  const { y, height } = scale.box;
  const most = ticks.counts.reduce((a, b) => Math.max(a, b), 1);
  for (let index = 0; index < ticks.starts.length; index++) {
    const x = Math.round(xOf(scale, ticks.starts[index] ?? NaN) * scale.pixelRatio) / scale.pixelRatio;
    const isSelected = selected > 0 && ticks.entityIds[index] === selected;
    const width = ticks.isExact
      ? isSelected
        ? 4
        : 1.5
      : Math.max(xOf(scale, ticks.ends[index] ?? NaN) - x, 1);
    surface.globalAlpha = ticks.isExact ? 1 : 0.35 + 0.65 * ((ticks.counts[index] ?? 1) / most);
    surface.fillRect(ticks.isExact ? x - width / 2 : x, y + height * 0.12, width, height * 0.76);
  }
  surface.restore();
}

/** Intervals as rectangles. */
export function drawSpans(
  surface: Surface,
  spans: Entries,
  scale: Scale,
  color: string,
  style: { readonly selected: number; readonly opacity: number; readonly isOutlined: boolean },
): void {
  surface.save();
  clipTo(surface, scale.box);
  surface.fillStyle = color;
  surface.strokeStyle = color;
  const { y, height } = scale.box;
  for (let index = 0; index < spans.starts.length; index++) {
    const x = xOf(scale, spans.starts[index] ?? NaN);
    const width = Math.max(xOf(scale, spans.ends[index] ?? NaN) - x, 1.5);
    const isSelected = style.selected > 0 && spans.entityIds[index] === style.selected;
    surface.globalAlpha = isSelected ? Math.min(1, style.opacity + 0.3) : style.opacity;
    surface.fillRect(x, y, width, height);
    if (style.isOutlined || isSelected) {
      surface.globalAlpha = 1;
      surface.lineWidth = isSelected ? 2 : 1;
      surface.strokeRect(x, y + 0.5, width, height - 1);
    }
  }
  surface.restore();
}

/** Rows of numbers as a heat map, first channel on top. */
export function drawGrid(surface: Surface, grid: Grid, scale: Scale, colorMap: ColorMap): void {
  const { box } = scale;
  const range = grid.high - grid.low || 1;
  const cell = box.height / Math.max(grid.channels, 1);
  surface.save();
  clipTo(surface, box);
  const step = Math.max(1, Math.ceil(grid.channels / Math.max(1, box.height * scale.pixelRatio)));
  for (let bin = 0; bin < grid.starts.length; bin++) {
    const x = xOf(scale, grid.starts[bin] ?? NaN);
    const start = grid.starts[bin] ?? NaN;
    const next = grid.starts[bin + 1] ?? 2 * (grid.ends[bin] ?? NaN) - start;
    const width = Math.max(xOf(scale, Math.min(next, start + grid.gap)) - x, 1) + 0.5;
    if (x > box.x + box.width || x + width < box.x) {
      continue;
    }
    for (let channel = 0; channel < grid.channels; channel += step) {
      const value = grid.cells[bin * grid.channels + channel] ?? NaN;
      if (!Number.isNaN(value)) {
        const [red, green, blue] = colorAt(colorMap, (value - grid.low) / range);
        surface.fillStyle = `rgb(${String(red)},${String(green)},${String(blue)})`;
        surface.fillRect(x, box.y + channel * cell, width, cell * step + 0.5);
      }
    }
  }
  surface.restore();
}

function clipTo(surface: Surface, box: Box): void {
  surface.beginPath();
  surface.rect(box.x, box.y, box.width, box.height);
  surface.clip();
}
