// Points, lines and masks over a picture: which of them is at a place. Pure.

import type { Shapes } from "./views";

/** Where a picture lies: its upper left corner, and how many pixels of the page one of its own has. */
export type Place = { readonly x: number; readonly y: number; readonly scale: number };

/** A place in a picture, in its own pixels, whose coordinates are their centres. */
export type Spot = { readonly x: number; readonly y: number };

export function spotAt(place: Place, x: number, y: number): Spot {
  return { x: (x - place.x) / place.scale - 0.5, y: (y - place.y) / place.scale - 0.5 };
}

/** The entry of shapes nearest to a spot, if it is not further away than `near` pixels of the picture; else -1. */
export function entryAt({ shape, offsets, points }: Shapes, spot: Spot, near: number): Found {
  let found: Found = { entry: -1, distance: Infinity };
  for (let entry = 0; entry + 1 < offsets.length; entry++) {
    const distance = distanceTo(shape, points, offsets[entry] ?? 0, offsets[entry + 1] ?? 0, spot);
    if (distance <= near && distance < found.distance) {
      found = { entry, distance };
    }
  }
  return found;
}

export type Found = { readonly entry: number; readonly distance: number };

function distanceTo(
  shape: Shapes["shape"],
  points: Float32Array,
  first: number,
  end: number,
  spot: Spot,
): number {
  let least = Infinity;
  for (let point = first; point < end; point++) {
    const [x, y] = [points[2 * point] ?? NaN, points[2 * point + 1] ?? NaN];
    const [beforeX, beforeY] =
      shape === "lines" && point > first
        ? [points[2 * point - 2] ?? NaN, points[2 * point - 1] ?? NaN]
        : [x, y];
    const away =
      shape === "masks"
        ? Math.hypot(outside(spot.x - x), outside(spot.y - y))
        : distanceToSegment(spot, { x: beforeX, y: beforeY }, { x, y });
    least = away < least ? away : least; // NaN is nowhere
  }
  return least;
}

/** How far a coordinate is outside of a pixel. */
function outside(difference: number): number {
  return Math.max(Math.abs(difference) - 0.5, 0);
}

function distanceToSegment(spot: Spot, from: Spot, to: Spot): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((spot.x - from.x) * dx + (spot.y - from.y) * dy) / length;
  const share = Math.min(Math.max(along, 0), 1);
  return Math.hypot(spot.x - from.x - share * dx, spot.y - from.y - share * dy);
}
