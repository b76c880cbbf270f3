import { expect, test } from "vitest";
import type { Preview } from "../../extension/pipeline/messages";
import { captionOf, isPicture, lanesOf, placeOf } from "../../extension/pipeline/previewText";
import type { DType, OverlayView, ViewOfKey, WireArray } from "../../extension/src/protocol/generated";

const wire = (
  dtype: DType,
  values: ArrayBufferView & ArrayLike<unknown>,
  shape = [values.length],
): WireArray => ({
  dtype,
  shape,
  data: Buffer.from(values.buffer).toString("base64"),
});

const described = (rest: Partial<ViewOfKey> = {}): ViewOfKey => ({
  key: "angle",
  shape: "trace",
  type: "Analog",
  timeKey: "camera",
  sizeLabel: "2 samples",
  ticksPerSecond: 1000,
  start: 0,
  end: 2000,
  low: 1,
  high: 2,
  channels: [],
  width: 0,
  height: 0,
  likelihoodKey: "",
  problem: "",
  ...rest,
});

const trace = {
  kind: "trace",
  starts: wire("float64", Float64Array.of(0, 1000)),
  ends: wire("float64", Float64Array.of(0, 1000)),
  low: wire("float32", Float32Array.of(1, 2)),
  high: wire("float32", Float32Array.of(1, 2)),
  isExact: true,
  gap: null,
  sampleCount: 2,
  missingCount: 0,
  outsideCount: 0,
} as const;

const points: OverlayView = {
  key: "tip",
  shape: "points",
  offsets: wire("uint32", Uint32Array.of(0, 1)),
  points: wire("float32", Float32Array.of(9, 3), [1, 2]),
  entityIds: wire("int64", BigInt64Array.of(0n)),
  likelihoods: wire("float32", Float32Array.of()),
  cells: wire("float32", Float32Array.of(), [0, 0]),
  trail: wire("float32", Float32Array.of(), [0, 0, 2]),
  tick: 500,
};

const overVideo = { kind: "none", message: "tip is drawn over a video, not in a lane." } as const;

const preview = (rest: Partial<Preview> = {}): Preview => ({
  isOvertaken: false,
  message: "",
  start: 0,
  end: 2000,
  time: undefined,
  lanes: [
    { described: described(), view: trace, shapes: null },
    { described: described({ sizeLabel: "3 events" }), view: trace, shapes: null },
  ],
  ...rest,
});

test("a preview says which part of the data it is of and how much is made", () => {
  expect(captionOf(preview())).toBe("0.0 s to 2.0 s, where it begins (no viewer is open) · 3 events");
  expect(captionOf(preview({ time: 10 }))).toMatch(/as in the viewer · 3 events$/);
});

test("what failed is all that is said", () => {
  expect(captionOf(preview({ message: "no whisker" }))).toBe("no whisker");
});

test("a number is shown as it is", () => {
  const number = {
    described: described({ sizeLabel: "" }),
    view: { kind: "none", message: "1.5" },
    shapes: null,
  } as const;
  expect(captionOf(preview({ lanes: [number] }))).toMatch(/ · 1\.5$/);
});

test("what is made has a lane of its own below what it is made of, also under one name", () => {
  const lanes = lanesOf(preview());
  expect(lanes.map(({ described: { key } }) => key)).toEqual(["angle", "angle"]);
  expect(new Set(lanes.map(({ series }) => series.key)).size).toBe(2);
});

test("of lines that become a signal only the signal has a lane", () => {
  const lanes = [
    { described: described({ key: "tip" }), view: overVideo, shapes: points },
    { described: described({ key: "x" }), view: trace, shapes: null },
  ];
  expect(isPicture(preview({ lanes }))).toBe(false);
  expect(lanesOf(preview({ lanes })).map(({ described: { key } }) => key)).toEqual(["x"]);
});

test("shapes lie in a picture that is as large as there is room", () => {
  const lanes = [{ described: described({ width: 100, height: 50 }), view: overVideo, shapes: points }];
  expect(isPicture(preview({ lanes }))).toBe(true);
  expect(placeOf(preview({ lanes }), { width: 216, height: 216 })).toEqual({ x: 8, y: 58, scale: 2 });
});

test("a picture of unknown size has room for all points", () => {
  const lanes = [{ described: described(), view: overVideo, shapes: points }];
  expect(placeOf(preview({ lanes }), { width: 116, height: 116 }).scale).toBe(10);
});
