import { expect, test } from "vitest";
import { chosenAmong, largestZoom, moved, smallestZoom, zoomed } from "../../extension/plots/moves";

test("keys lead to the plots beside, the first and the last, and no further", () => {
  expect(moved("ArrowRight", 1, 4)).toBe(2);
  expect(moved("ArrowUp", 1, 4)).toBe(0);
  expect(moved("Home", 2, 4)).toBe(0);
  expect(moved("End", 2, 4)).toBe(3);
  expect(moved("ArrowLeft", 0, 4)).toBeUndefined();
  expect(moved("ArrowDown", 3, 4)).toBeUndefined();
  expect(moved("x", 1, 4)).toBeUndefined();
  expect(moved("End", -1, 0)).toBeUndefined();
});

test("whoever looks at the newest plot sees a newer one when it comes", () => {
  expect(chosenAmong([3, 2, 1], [2, 1], 2)).toBe(3);
  expect(chosenAmong([1], [], undefined)).toBe(1);
});

test("whoever looks at an older plot goes on looking at it", () => {
  expect(chosenAmong([4, 3, 2, 1], [3, 2, 1], 2)).toBe(2);
});

test("in the place of a plot that goes stands the next older one", () => {
  expect(chosenAmong([4, 2, 1], [4, 3, 2, 1], 3)).toBe(2);
  expect(chosenAmong([4, 3], [4, 3, 2], 2)).toBe(3);
  expect(chosenAmong([], [4], 4)).toBeUndefined();
});

test("zooming in and out leads back, and has its ends", () => {
  expect(zoomed(zoomed(1, 1), -1)).toBeCloseTo(1);
  expect(zoomed(largestZoom, 1)).toBe(largestZoom);
  expect(zoomed(smallestZoom, -1)).toBe(smallestZoom);
});
