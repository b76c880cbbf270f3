import { expect, test } from "vitest";
import { colorAt } from "../../../extension/viewer/colorMaps";
import { colorMapNames, colorMapOr } from "../../../extension/viewer/layout";
import { entryAt, spotAt } from "../../../extension/viewer/shapes";
import type { Shapes } from "../../../extension/viewer/views";

function shapes(shape: Shapes["shape"], ...entries: readonly (readonly number[])[]): Shapes {
  const ends = entries.map((_, place) => entries.slice(0, place + 1).flat().length / 2);
  return {
    key: "shapes",
    shape,
    offsets: Uint32Array.from([0, ...ends]),
    points: Float32Array.from(entries.flat()),
    entityIds: entries.map((_, id) => id + 1),
    likelihoods: new Float32Array(),
    cells: { values: new Float32Array(), rows: 0, columns: 0 },
    trail: { points: new Float32Array(), steps: 0 },
    tick: 0,
  };
}

test("a line is hit between its points, the nearer of two", () => {
  const lines = shapes("lines", [0, 0, 10, 0], [0, 4, 10, 4]);
  expect(entryAt(lines, { x: 5, y: 1 }, 3)).toEqual({ entry: 0, distance: 1 });
  expect(entryAt(lines, { x: 5, y: 3 }, 3).entry).toBe(1);
  expect(entryAt(lines, { x: 14, y: 4 }, 3).entry).toBe(-1);
});

test("a mask is hit on its pixels and not beside them, a missing point nowhere", () => {
  const mask = shapes("masks", [5, 5, 6, 5]);
  expect(entryAt(mask, { x: 6.4, y: 5.4 }, 0).entry).toBe(0);
  expect(entryAt(mask, { x: 6.6, y: 5 }, 0).entry).toBe(-1);
  expect(entryAt(shapes("points", [NaN, NaN]), { x: 0, y: 0 }, 100).entry).toBe(-1);
});

test("the middle of the first pixel is 0, 0", () => {
  expect(spotAt({ x: 10, y: 20, scale: 4 }, 12, 22)).toEqual({ x: 0, y: 0 });
});

test("a color map goes from its first color to its last and stays there", () => {
  for (const name of colorMapNames) {
    expect(colorAt(name, -1)).toEqual(colorAt(name, 0));
    expect(colorAt(name, 2)).toEqual(colorAt(name, 1));
    expect(colorAt(name, 0)).not.toEqual(colorAt(name, 1));
  }
  expect(colorAt("gray", 0.5)).toEqual([128, 128, 128]);
  expect(colorMapOr("jet", "gray")).toBe("gray");
});
