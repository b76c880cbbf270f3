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

/** The points of the entry with an identity; nothing where there is none. */
export function pointsOf({ entityIds, offsets, points }: Shapes, entityId: number): Float32Array | undefined {
  const entry = entityIds.indexOf(entityId);
  return entry === -1 ? undefined : points.slice(2 * (offsets[entry] ?? 0), 2 * (offsets[entry + 1] ?? 0));
}

/** Shapes with other points for the entry with an identity; with one more where there is none. */
export function withEntry(shapes: Shapes, entityId: number, points: Float32Array): Shapes {
  const found = shapes.entityIds.indexOf(entityId);
  const entry = found === -1 ? shapes.entityIds.length : found;
  const [first, end] = [shapes.offsets[entry] ?? 0, shapes.offsets[entry + 1] ?? shapes.offsets[entry] ?? 0];
  const all = new Float32Array(shapes.points.length - 2 * (end - first) + points.length);
  all.set(shapes.points.subarray(0, 2 * first));
  all.set(points, 2 * first);
  all.set(shapes.points.subarray(2 * end), 2 * first + points.length);
  const longer = points.length / 2 - (end - first);
  const offsets = Array.from(shapes.offsets, (offset, place) => (place > entry ? offset + longer : offset));
  return {
    ...shapes,
    points: all,
    offsets: Uint32Array.from(found === -1 ? [...offsets, first + points.length / 2] : offsets),
    entityIds: found === -1 ? [...shapes.entityIds, entityId] : shapes.entityIds,
  };
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

/** How far a spot is from the line between two others. */
export function distanceToSegment(spot: Spot, from: Spot, to: Spot): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((spot.x - from.x) * dx + (spot.y - from.y) * dy) / length;
  const share = Math.min(Math.max(along, 0), 1);
  return Math.hypot(spot.x - from.x - share * dx, spot.y - from.y - share * dy);
}
