import { expect, test } from "vitest";
import { emptyLayout, newLane, newSeries, type Layout, type Series } from "../../extension/viewer/layout";
import { matplotlibOf } from "../../extension/viewer/matplotlib";
import { idOf, type Scene } from "../../extension/viewer/scene";
import type { Shown } from "../../extension/viewer/views";

const points = { starts: Float64Array.of(0), ends: Float64Array.of(0) };
const trace: Shown = {
  ...points,
  kind: "trace",
  low: Float32Array.of(-1),
  high: Float32Array.of(1),
  isExact: true,
  gap: 150,
  note: "",
};
const entries = (kind: "ticks" | "spans"): Shown => ({
  ...points,
  kind,
  counts: Uint32Array.of(1),
  entityIds: [1],
  isExact: true,
  count: 1,
  note: "",
});
const grid = (frequencies: readonly [number, number] | undefined): Shown => ({
  ...points,
  kind: "grid",
  cells: Float32Array.of(0, 1),
  channels: 17,
  gap: 150,
  low: 0,
  high: 20,
  frequencies,
  note: "",
});

const angle: Series = { ...newSeries("angle"), color: "#ff0000", gain: 2, invert: true };
const slow: Series = { ...newSeries("angle"), lowPass: 10, removeMean: true, color: "#00ff00" };
const power: Series = { ...newSeries("angle"), spectrogram: true, colorMap: "magma" };
const column: Series = { ...newSeries("features", 1), color: "#0000ff" };
const shown = new Map<string, Shown>([
  [idOf(angle), trace],
  [idOf(slow), trace],
  [idOf(column), trace],
  [idOf(power), grid([0, 200])],
  [idOf(newSeries("features")), grid(undefined)],
  [idOf(newSeries("licks")), entries("ticks")],
  [idOf(newSeries("trials")), entries("spans")],
]);
const layout: Layout = {
  ...emptyLayout,
  lanes: [
    newLane(angle),
    newLane(slow, "slow"),
    newLane(column, "column"),
    newLane(newSeries("features")),
    newLane(power, "power"),
    newLane({ ...newSeries("licks"), color: "#d18616" }),
    { ...newLane({ ...newSeries("trials"), color: "#89d185" }), behind: true },
  ],
};
const scene: Scene = {
  layout,
  keys: new Map(),
  shown,
  ranges: new Map(),
  window: { start: 600, end: 4800 },
  time: 0,
  ticksPerSecond: 30_000,
  selection: undefined,
  theme: {
    background: "#ffffff",
    foreground: "#000000",
    dim: "#000000",
    border: "#000000",
    grid: "#000000",
    cursor: "#000000",
    selection: "#000000",
    font: "sans-serif",
    isHighContrast: false,
    series: ["#3794ff"],
  },
  width: 1000,
  height: 800,
  pixelRatio: 1,
};

/** The script is run, and what it draws looked at, by tests/examples/test_viewer_script.py. */
test("the script of a window draws every kind of lane with its colors and scale", async () => {
  await expect(matplotlibOf(scene)).toMatchFileSnapshot("viewer_script.txt");
});

test("the script of lanes without signals has no more in it than they need", () => {
  const script = matplotlibOf({ ...scene, layout: { ...layout, lanes: [newLane(newSeries("licks"))] } });
  expect(script).not.toMatch(/def (trace|heat|filtered|signal)|mlab/);
  expect(script).toContain("eventplot");
});
