// What a drag over a picture makes of points, lines and masks: coordinates x and y, one after the other. Pure.

import { distanceToSegment, type Spot } from "./shapes";

export type Size = { readonly width: number; readonly height: number };

export type Brush = {
  /** In pixels of the picture; 0 is one pixel. */
  readonly radius: number;
  readonly isErasing: boolean;
};

/** Points further on. Those of a mask are pixels, and stay whole and within the picture. */
export function movedBy(points: Float32Array, by: Spot, mask: Size | undefined): Float32Array {
  if (mask === undefined) {
    return points.map((value, place) => value + (place % 2 === 0 ? by.x : by.y));
  }
  const [right, down] = [Math.round(by.x), Math.round(by.y)];
  const moved = points.map((value, place) => value + (place % 2 === 0 ? right : down));
  return keptPixels(moved, (x, y) => x >= 0 && y >= 0 && x < mask.width && y < mask.height);
}

/** The line of a stroke: its spots, without those that are less than a pixel from the one before; its end is kept. */
export function lineOf(stroke: readonly Spot[]): Float32Array {
  const kept: Spot[] = [];
  stroke.forEach((spot, place) => {
    const last = kept.at(-1);
    const isApart = last === undefined || Math.hypot(spot.x - last.x, spot.y - last.y) >= 1;
    if (isApart) {
      kept.push(spot);
    } else if (place === stroke.length - 1 && kept.length > 1) {
      kept.splice(-1, 1, spot);
    }
  });
  return Float32Array.from(kept.flatMap(({ x, y }) => [x, y]));
}

/** A mask with the pixels under a brush that went from one spot to another, or without them. */
export function painted(
  pixels: Float32Array,
  [from, to]: readonly [Spot, Spot],
  { radius, isErasing }: Brush,
  { width, height }: Size,
): Float32Array {
  const reach = Math.max(radius, 0.5);
  const [first, last] = [rounded(from), rounded(to)]; // the same pixels wherever in its pixel the mouse is
  const under = (x: number, y: number): boolean => distanceToSegment({ x, y }, first, last) <= reach;
  if (isErasing) {
    return keptPixels(pixels, (x, y) => !under(x, y));
  }
  const there = new Set<number>();
  for (let place = 0; place < pixels.length; place += 2) {
    there.add((pixels[place + 1] ?? 0) * width + (pixels[place] ?? 0));
  }
  const added: number[] = [];
  const [left, top] = [Math.min(first.x, last.x) - reach, Math.min(first.y, last.y) - reach];
  const [right, bottom] = [Math.max(first.x, last.x) + reach, Math.max(first.y, last.y) + reach];
  for (let y = Math.max(Math.ceil(top), 0); y <= Math.min(bottom, height - 1); y++) {
    for (let x = Math.max(Math.ceil(left), 0); x <= Math.min(right, width - 1); x++) {
      if (under(x, y) && !there.has(y * width + x)) {
        added.push(x, y);
      }
    }
  }
  const all = new Float32Array(pixels.length + added.length);
  all.set(pixels);
  all.set(added, pixels.length);
  return all;
}

function rounded({ x, y }: Spot): Spot {
  return { x: Math.round(x), y: Math.round(y) };
}

function keptPixels(pixels: Float32Array, isKept: (x: number, y: number) => boolean): Float32Array {
  return pixels.filter((_, place) => {
    const first = place - (place % 2);
    return isKept(pixels[first] ?? NaN, pixels[first + 1] ?? NaN);
  });
}
