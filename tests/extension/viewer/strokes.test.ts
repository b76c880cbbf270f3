import { expect, test } from "vitest";
import { pointsOf, withEntry } from "../../../extension/viewer/shapes";
import { lineOf, movedBy, painted } from "../../../extension/viewer/strokes";

const size = { width: 12, height: 10 };

test("points and lines move by what the mouse has moved, pixels of a mask by whole ones within the picture", () => {
  const points = Float32Array.of(1, 2, 9, 3);
  expect([...movedBy(points, { x: 0.5, y: -1.25 }, undefined)]).toEqual([1.5, 0.75, 9.5, 1.75]);
  expect([...movedBy(points, { x: 2.6, y: -1.4 }, size)]).toEqual([4, 1]);
});

test("a stroke is a line of spots a pixel or more apart, and ends where the mouse was let go", () => {
  const stroke = [0, 0.4, 0.9, 1.2, 1.9, 2.4, 2.6].map((x) => ({ x, y: 5 }));
  expect([...lineOf(stroke)].filter((_, place) => place % 2 === 0)).toEqual([
    ...Float32Array.of(0, 1.2, 2.6),
  ]);
  expect([...lineOf([{ x: 3, y: 4 }])]).toEqual([3, 4]);
});

test.each([0, 1, 2.5, 4])("a brush of radius %s paints exactly the pixels that it reaches", (radius) => {
  const stroke = [
    { x: 1.2, y: 7.8 },
    { x: 9.4, y: 3.1 },
  ] as const;
  const under = (x: number, y: number): boolean => {
    const steps = Array.from({ length: 4001 }, (_, step) => step / 4000); // brute force along the stroke
    return steps.some(
      (share) => Math.hypot(1 + 8 * share - x, 8 - 5 * share - y) <= Math.max(radius, 0.5) + 1e-9,
    );
  };
  const all = Array.from({ length: size.width * size.height }, (_, at) => [
    at % size.width,
    Math.floor(at / size.width),
  ]).map(([x = 0, y = 0]) => [x, y] as const);
  const pixels = painted(new Float32Array(), stroke, { radius, isErasing: false }, size);
  const painting = new Set(all.filter(([x, y]) => under(x, y)).map(String));
  const found = Array.from(
    { length: pixels.length / 2 },
    (_, at) => `${String(pixels[2 * at])},${String(pixels[2 * at + 1])}`,
  );
  expect(new Set(found)).toEqual(painting);
  expect(found).toHaveLength(painting.size);
  expect(painted(pixels, stroke, { radius, isErasing: false }, size)).toEqual(pixels);
  expect(painted(pixels, stroke, { radius, isErasing: true }, size)).toHaveLength(0);
});

test("a shape that is being drawn stands in for the one that is stored, or comes after all", () => {
  const stored = {
    key: "lines",
    shape: "lines" as const,
    offsets: Uint32Array.of(0, 2, 3),
    points: Float32Array.of(0, 0, 1, 1, 5, 5),
    entityIds: [7, 8],
    likelihoods: new Float32Array(),
    cells: { values: new Float32Array(), rows: 0, columns: 0 },
    trail: { points: new Float32Array(), steps: 0 },
    tick: 0,
  };
  const replaced = withEntry(stored, 7, Float32Array.of(2, 2, 3, 3, 4, 4));
  expect([...replaced.offsets]).toEqual([0, 3, 4]);
  expect([...(pointsOf(replaced, 7) ?? [])]).toEqual([2, 2, 3, 3, 4, 4]);
  expect([...(pointsOf(replaced, 8) ?? [])]).toEqual([5, 5]);
  const added = withEntry(stored, 0, Float32Array.of(9, 9));
  expect([...added.offsets]).toEqual([0, 2, 3, 4]);
  expect([...(pointsOf(added, 0) ?? [])]).toEqual([9, 9]);
  expect(pointsOf(stored, 9)).toBeUndefined();
});
