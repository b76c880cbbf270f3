import fc from "fast-check";
import { expect, test } from "vitest";
import {
  moved,
  roundNumbers,
  roundStep,
  showing,
  timeLabel,
  valueLabel,
  zoomed,
} from "../../../extension/viewer/time";

const extent = { start: 0, end: 1e9 };

test("a zoom leaves the time under the mouse where it is", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 10, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (factor, share) => {
        const window = { start: 1000, end: 3000 };
        const around = 1000 + 2000 * share;
        const { start, end } = zoomed(window, factor, around, extent);
        expect((around - start) / (end - start)).toBeCloseTo(share, 6);
      },
    ),
  );
});

test("a zoom ends at a little more than everything", () => {
  const { start, end } = zoomed({ start: 0, end: 1e9 }, 1000, 5e8, extent);
  expect(end - start).toBeCloseTo(1.2e9, -3);
});

test("moving stops where half of the window is empty, and keeps its length", () => {
  expect(moved({ start: 0, end: 100 }, -1e6, extent)).toEqual({ start: -50, end: 50 });
  expect(moved({ start: 0, end: 100 }, 1e12, extent)).toEqual({ start: 1e9 - 50, end: 1e9 + 50 });
});

test("a window that shows the time stays, another one is moved to it", () => {
  const window = { start: 0, end: 100 };
  expect(showing(window, 50)).toBe(window);
  expect(showing(window, 250)).toEqual({ start: 200, end: 300 });
});

test("marks are round numbers inside, not many more than asked for", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e9, max: 1e9, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
      (low, length) => {
        const marks = roundNumbers(low, low + length, 8);
        expect(marks.length).toBeLessThanOrEqual(10);
        expect(marks.every((mark) => mark >= low - 1e-6 * length && mark <= low + 1.001 * length)).toBe(true);
      },
    ),
  );
});

test("a mark that stands alone has the digits of the step that the next would be away", () => {
  expect(roundNumbers(1.5, 8.5, 3)).toEqual([5]);
  expect(timeLabel(5, 1, roundStep(1.5, 8.5, 3))).toBe("5 s");
  expect(roundStep(3, 3, 8)).toBe(0);
});

test("a time is written in seconds, minutes and hours, or as its tick where the rate is unknown", () => {
  expect(timeLabel(15_000, 30_000, 3000)).toBe("0.5 s");
  expect(timeLabel(30_000 * 75.25, 30_000, 300)).toBe("1:15.25");
  expect(timeLabel(30_000 * 3725, 30_000, 30_000)).toBe("1:02:05");
  expect(timeLabel(30_000 * 119.999, 30_000, 30_000)).toBe("2:00");
  expect(timeLabel(1234, null, 1)).toBe("1234");
});

test("a value is written in few digits", () => {
  expect([0, 1.23456, -1234567, 0.00001, NaN, Infinity].map(valueLabel)).toEqual([
    "0",
    "1.235",
    "-1.23e+6",
    "1.00e-5",
    "missing",
    "Infinity",
  ]);
});
