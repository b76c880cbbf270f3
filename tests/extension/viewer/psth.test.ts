import { expect, test } from "vitest";
import { captionOf, isSameOrder, ordersOf, psthCsv } from "../../../extension/viewer/psth";
import type { PeriEvents } from "../../../extension/viewer/views";

const shown: PeriEvents = {
  isInSeconds: true,
  eventCount: 7,
  trialCount: 2,
  rasterTrialCount: 2,
  outsideCount: 0,
  leastExposure: 2,
  hasDurations: false,
  tables: [],
  edges: Float64Array.of(-0.5, 0, 0.5),
  rates: Float64Array.of(NaN, 14),
  trials: Uint32Array.of(0, 1),
  offsets: Float32Array.of(0.1, 0.2),
};

test("a caption says how many there are, and nothing else where all is whole", () => {
  expect(captionOf(shown)).toBe("2 trials · 7 events around them");
  expect(captionOf({ ...shown, trialCount: 1, eventCount: 1, rasterTrialCount: 1, leastExposure: 1 })).toBe(
    "1 trial · 1 event around them",
  );
});

test("a caption says what is not shown, and what the rates are of", () => {
  const caption = captionOf({ ...shown, trialCount: 5000, rasterTrialCount: 20, outsideCount: 3 });
  expect(caption).toContain("raster of the first 20 trials, PSTH of all");
  expect(caption).toContain("rates are of the time that was recorded");
  expect(caption).toContain("3 outside the clock left out");
});

test("a PSTH as a table leaves the rate of what was never recorded empty", () => {
  expect(psthCsv(shown)).toBe("from_s,to_s,rate_per_s\n-0.5,0,\n0,0.5,14\n");
  expect(psthCsv({ ...shown, isInSeconds: false })).toMatch(/^from_ticks,to_ticks,rate_per_tick\n/);
});

test("trials are sorted by what is known of them, and by what was wanted though its table is gone", () => {
  const tables = [{ key: "peaks", columns: ["peak", "area"] }];
  const inTime = { sort: "time", sortKey: "", sortColumn: 0 } as const;
  const labels = (hasDurations: boolean, wanted: Parameters<typeof ordersOf>[1]): readonly string[] =>
    ordersOf({ hasDurations, tables }, wanted).map(({ label }) => label);
  const always = ["in time", "by first event", "by number of events"];
  expect(labels(false, inTime)).toEqual([...always, "peaks: peak", "peaks: area"]);
  expect(labels(true, inTime)).toEqual([...always, "by duration", "peaks: peak", "peaks: area"]);
  const gone = { sort: "column", sortKey: "scores", sortColumn: 2 } as const;
  expect(labels(false, gone).at(-1)).toBe("scores: 2");
  const area = { sort: "column", sortKey: "peaks", sortColumn: 1 } as const;
  expect(labels(false, area)).toEqual(labels(false, inTime));
  expect(
    ordersOf({ hasDurations: false, tables }, area).filter((order) => isSameOrder(order, area)),
  ).toHaveLength(1);
});
