// How points with their trails, lines, masks and intervals are drawn over a picture.

import { colorAt } from "./colorMaps";
import type { ColorMap } from "./layout";
import type { Place } from "./shapes";
import type { Shapes } from "./views";

/** Points are never so unlikely that nobody sees them: a threshold leaves them out. */
const faintest = 0.15;

export type ShapeStyle = {
  readonly color: string;
  readonly size: number;
  /** Identity of the entry that stands out; 0: none. */
  readonly selected: number;
  /** What an entry that stands out is framed with. */
  readonly halo: string;
};

export function drawShapes(
  context: CanvasRenderingContext2D,
  shapes: Shapes,
  place: Place,
  style: ShapeStyle,
): void {
  const { color, size } = style;
  context.lineJoin = "round";
  context.lineCap = "round";
  for (let entry = 0; entry + 1 < shapes.offsets.length; entry++) {
    const isSelected = style.selected > 0 && shapes.entityIds[entry] === style.selected;
    tracePath(context, shapes, entry, place, size);
    context.save();
    const likelihood = shapes.likelihoods[entry] ?? 1;
    context.globalAlpha *= Math.min(Math.max(likelihood || 0, faintest), 1);
    if (isSelected) {
      context.globalAlpha = 1;
      context.strokeStyle = style.halo;
      context.lineWidth = shapes.shape === "lines" ? size + 5 : 4;
      context.stroke();
    }
    context.strokeStyle = color;
    context.fillStyle = color;
    if (shapes.shape === "lines") {
      context.lineWidth = isSelected ? size + 1 : size;
      context.stroke();
    } else {
      context.globalAlpha *= shapes.shape === "masks" && !isSelected ? 0.5 : 1;
      context.fill();
    }
    context.restore();
  }
}

function tracePath(
  context: CanvasRenderingContext2D,
  { shape, offsets, points }: Shapes,
  entry: number,
  place: Place,
  size: number,
): void {
  const x = (point: number): number => place.x + ((points[2 * point] ?? NaN) + 0.5) * place.scale;
  const y = (point: number): number => place.y + ((points[2 * point + 1] ?? NaN) + 0.5) * place.scale;
  const [first, end] = [offsets[entry] ?? 0, offsets[entry + 1] ?? 0];
  context.beginPath();
  for (let point = first; point < end; point++) {
    if (shape === "masks") {
      context.rect(x(point) - place.scale / 2, y(point) - place.scale / 2, place.scale, place.scale);
    } else if (shape === "lines" && point > first) {
      context.lineTo(x(point), y(point));
    } else if (shape === "lines") {
      context.moveTo(x(point), y(point));
    } else {
      context.moveTo(x(point) + 2 * size, y(point));
      context.arc(x(point), y(point), 2 * size, 0, 2 * Math.PI);
    }
  }
}

/** A heat map that covers the whole picture; what is missing stays empty. */
export function drawHeat(
  context: CanvasRenderingContext2D,
  { cells }: Shapes,
  size: { readonly width: number; readonly height: number },
  place: Place,
  style: { readonly low: number; readonly high: number; readonly colorMap: ColorMap },
): void {
  const { values, rows, columns } = cells;
  if (rows === 0 || columns === 0) {
    return;
  }
  const image = new ImageData(columns, rows);
  const range = style.high - style.low || 1;
  values.forEach((value, cell) => {
    if (!Number.isNaN(value)) {
      image.data.set([...colorAt(style.colorMap, (value - style.low) / range), 255], 4 * cell);
    }
  });
  const canvas = new OffscreenCanvas(columns, rows);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, place.x, place.y, size.width * place.scale, size.height * place.scale);
}

/** The way that points have come: the longer ago, the fainter. */
export function drawTrail(
  context: CanvasRenderingContext2D,
  { points, steps }: Shapes["trail"],
  place: Place,
  color: string,
): void {
  const opacity = context.globalAlpha;
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  for (let point = 1; 2 * point < points.length; point++) {
    const step = point % steps;
    const [x0, y0, x1, y1] = Array.from(points.subarray(2 * point - 2, 2 * point + 2), (at) => at + 0.5);
    if (step === 0 || !Number.isFinite((x0 ?? NaN) + (y0 ?? NaN) + (x1 ?? NaN) + (y1 ?? NaN))) {
      continue; // another track, or an index without a point
    }
    context.globalAlpha = opacity * (step / (steps - 1));
    context.beginPath();
    context.moveTo(place.x + (x0 ?? 0) * place.scale, place.y + (y0 ?? 0) * place.scale);
    context.lineTo(place.x + (x1 ?? 0) * place.scale, place.y + (y1 ?? 0) * place.scale);
    context.stroke();
  }
  context.globalAlpha = opacity;
}

/** The edge of the brush, to be seen on any picture. */
export function drawBrush(
  context: CanvasRenderingContext2D,
  { x, y, radius }: { readonly x: number; readonly y: number; readonly radius: number },
): void {
  for (const [color, width] of [
    ["#000000", 3],
    ["#ffffff", 1],
  ] as const) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke();
  }
}

/** A frame within the picture; the next one lies within it. */
export function drawBorder(
  context: CanvasRenderingContext2D,
  size: { readonly width: number; readonly height: number },
  place: Place,
  style: { readonly color: string; readonly width: number; readonly number: number },
): void {
  const inset = style.width * (style.number + 0.5);
  context.strokeStyle = style.color;
  context.lineWidth = style.width;
  context.lineJoin = "miter";
  context.strokeRect(
    place.x + inset,
    place.y + inset,
    size.width * place.scale - 2 * inset,
    size.height * place.scale - 2 * inset,
  );
}
