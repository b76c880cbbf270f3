import { expect, test } from "vitest";
import { placeOf } from "../../../extension/viewer/places";

const rate = 30_000;

test.each([
  ["12.5", 12.5],
  ["12.5 s", 12.5],
  ["250ms", 0.25],
  ["2 min", 120],
  ["1:02.5", 62.5],
  ["1:02:05", 3725],
  ["-0.5", -0.5],
  ["−0.5 s", -0.5],
  ["-1:30", -90],
  ["90:00", 5400],
])("%s is a time in seconds", (text, seconds) => {
  const place = placeOf(text, rate);
  expect(place.kind === "tick" ? place.tick / rate : NaN).toBeCloseTo(seconds, 9);
});

test("a number alone is a tick where the clock has no seconds, and a time with a unit is refused", () => {
  expect(placeOf("3000", null)).toEqual({ kind: "tick", tick: 3000 });
  expect(() => placeOf("3 s", null)).toThrow("ticks_per_second");
  expect(() => placeOf("0:03", null)).toThrow("ticks_per_second");
});

test("ticks, indices and frames are named, and digits may be grouped", () => {
  expect(placeOf("tick 3,000", rate)).toEqual({ kind: "tick", tick: 3000 });
  expect(placeOf("t 12.5", rate)).toEqual({ kind: "tick", tick: 12.5 });
  expect(placeOf("Index 500", rate)).toEqual({ kind: "index", index: 500 });
  expect(placeOf(" frame 1_200 ", rate)).toEqual({ kind: "frame", index: 1200 });
  expect(placeOf("f-3", rate)).toEqual({ kind: "frame", index: -3 });
});

test.each(["", "soon", "1:75", "1:75:00", "1:2:3:4", "12 m", "frame", "1e99x"])(
  "%s is not a place",
  (text) => {
    expect(() => placeOf(text, rate)).toThrow("is not a place");
  },
);

test("half a frame is refused", () => {
  expect(() => placeOf("frame 1.5", rate)).toThrow("whole number");
});
