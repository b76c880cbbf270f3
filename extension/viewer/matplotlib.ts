// Python that draws with Matplotlib what the lanes show, from all of its samples. Pure.

import { filterLabel, type Series } from "./layout";
import { colorOf, idOf, ownScale, placedLanes, type PlacedLane, type Scene } from "./scene";
import type { Grid } from "./views";

/** Functions of the script; it has those that it calls, after those that they call. */
const helpers = {
  seconds: `
def seconds(clock, indices):
    return (clock.times_at(indices) if len(clock) else np.asarray(indices)) / ticks_per_second`,
  shown: `
def shown(key):
    """Return the part of a data key in the window, and its clock."""
    data, clock = dm.getData(key), dm.getTime(dm.getTimeKey(key))
    if len(clock):
        return data.restrict(int(np.ceil(start)), int(end), unit="ticks"), clock
    return data.restrict(int(np.ceil(start)), int(end)), clock`,
  signal: `
def signal(part, clock):
    """Return when the samples of a signal were, and the samples."""
    counts = np.diff(part.offsets) if hasattr(part, "offsets") else 1
    return seconds(clock, np.repeat(part.times, counts)), part.values`,
  rows: `
def rows(key):
    """Return when the rows of a tensor begin, and the rows."""
    data, clock = dm.getData(key), dm.getTime(dm.getTimeKey(key))
    indices = np.arange(len(data))
    if data.rowType() == "TimeFrameIndex":
        indices = data.row_times
    elif data.rowType() == "Interval":
        indices = data.row_intervals[:, 0]
    order = np.argsort(indices, kind="stable")
    order = order[clock.has(indices[order])] if len(clock) else order
    return seconds(clock, indices[order]), data.values.reshape(len(data), -1)[order]`,
  filtered: `
def filtered(key, cutoff, kind):
    """Return a signal through a Butterworth filter of order 3, forward and backward, in the window."""
    from scipy.signal import butter, sosfiltfilt

    data, clock = dm.getData(key), dm.getTime(dm.getTimeKey(key))
    times, values = signal(data, clock)
    rate = 1 / np.median(np.diff(times))
    values = sosfiltfilt(butter(3, cutoff, kind, fs=rate, output="sos"), values)
    inside = (times >= start / ticks_per_second) & (times <= end / ticks_per_second)
    return times[inside], values[inside]`,
  trace: `
def trace(axis, times, values, **style):
    """Draw a signal; gaps stay gaps."""
    steps = np.diff(times)
    gaps = np.flatnonzero(steps > 2.5 * np.median(steps)) + 1 if len(steps) else []
    axis.plot(np.insert(times, gaps, np.nan), np.insert(values.astype(float), gaps, np.nan), **style)`,
  heat: `
def heat(axis, times, values, **style):
    """Draw the rows of a tensor from their time to the next, the first column on top."""
    step = np.median(np.diff(times)) if len(times) > 1 else 1
    edges = np.append(times, times[-1] + step)
    axis.pcolormesh(edges, np.arange(values.shape[1] + 1), values.T, **style)
    axis.set_ylim(values.shape[1], 0)`,
  spectrogram: `
def spectrogram(axis, times, values, resolution, **style):
    """Draw power in dB, of segments under a Hann window that tell so many Hz apart."""
    rate = 1 / np.median(np.diff(times))
    size = max(min(2 ** round(np.log2(rate / resolution)), len(values)), 8)
    power, frequencies, at = mlab.specgram(values, size, rate, detrend="mean", noverlap=size // 2)
    axis.pcolormesh(times[0] + at, frequencies, 10 * np.log10(power), shading="nearest", **style)`,
} as const;

type Helper = keyof typeof helpers;

const needs: Partial<Record<Helper, readonly Helper[]>> = {
  signal: ["seconds"],
  rows: ["seconds"],
  filtered: ["signal", "seconds"],
};

export function matplotlibOf(scene: Scene): string {
  const { start, end } = scene.window;
  const rate = scene.ticksPerSecond;
  const placed = placedLanes(scene);
  const heights = placed.map(({ scale }) => Math.round(scale.box.height));
  const drawn = placed.flatMap((lane, place) => [
    ...lane.lane.series
      .filter(({ visible }) => visible)
      .flatMap((series, number) => seriesCode(scene, lane, series, { place, number })),
    `axes[${String(place)}, 0].set_ylabel(${JSON.stringify(lane.lane.label)})`,
  ]);
  const behind = scene.layout.lanes
    .filter((lane) => lane.behind)
    .flatMap((lane) => lane.series.filter(({ visible }) => visible))
    .flatMap((series) => [
      `part, clock = shown(${JSON.stringify(series.key)})`,
      "for first, last in seconds(clock, part.intervals):",
      "    for axis in axes[:, 0]:",
      `        axis.axvspan(first, last, color=${JSON.stringify(colorOf(scene, series))}, alpha=0.2, linewidth=0)`,
    ]);
  const body = [
    "figure, axes = plt.subplots(",
    `    ${String(Math.max(placed.length, 1))}, sharex=True, squeeze=False, layout="constrained",`,
    `    figsize=(${valueOf(scene.width / 100)}, ${valueOf(scene.height / 100)}), height_ratios=[${heights.join(", ") || "1"}],`,
    ")",
    ...drawn,
    ...behind,
    `axes[-1, 0].set_xlabel(${rate === null ? '"ticks"' : '"seconds"'})`,
    "axes[-1, 0].set_xlim(start / ticks_per_second, end / ticks_per_second)",
    "plt.show()",
    "",
  ].join("\n");
  return [
    ...(body.includes("spectrogram(") ? ["import matplotlib.mlab as mlab"] : []),
    "import matplotlib.pyplot as plt",
    "import numpy as np",
    "",
    `start, end = ${valueOf(start)}, ${valueOf(end)}  # ticks`,
    `ticks_per_second = ${rate === null ? "1" : valueOf(rate)}`,
    ...helpersIn(body).map((name) => `\n${helpers[name]}`),
    "",
    "",
    body,
  ].join("\n");
}

function helpersIn(body: string): readonly Helper[] {
  const names = Object.keys(helpers) as Helper[];
  const called = names.filter((name) => body.includes(`${name}(`));
  const all = new Set(called.flatMap((name) => [name, ...(needs[name] ?? [])]));
  return names.filter((name) => all.has(name));
}

/** What draws one series of a lane; its scale is the lane's with its own gain, offset and direction. */
function seriesCode(
  scene: Scene,
  { lane, scale }: PlacedLane,
  series: Series,
  { place, number }: { readonly place: number; readonly number: number },
): readonly string[] {
  const shown = scene.shown.get(idOf(series));
  const key = JSON.stringify(series.key);
  const color = `color=${JSON.stringify(colorOf(scene, series))}`;
  const axis = `axes[${String(place)}, 0]`;
  switch (shown?.kind) {
    case "trace": {
      const own = ownScale(scale, series);
      const first = lane.series.find(({ visible }) => visible);
      const isSame = first === undefined || sameScale(first, series);
      const target = number === 0 || isSame ? axis : "own";
      return [
        ...(target === "own" ? [`own = ${axis}.twinx()`, "own.set_yticks([])"] : []),
        ...signalCode(series, key),
        `trace(${target}, times, values, ${color}, linewidth=0.8)`,
        `${target}.set_ylim(${valueOf(own.bottom)}, ${valueOf(own.top)})`,
      ];
    }
    case "ticks":
      return [
        `part, clock = shown(${key})`,
        `${axis}.eventplot(seconds(clock, part.times), ${color}, lineoffsets=0.5)`,
        `${axis}.set_ylim(0, 1)`,
        `${axis}.set_yticks([])`,
      ];
    case "spans":
      return [
        `part, clock = shown(${key})`,
        "for first, last in seconds(clock, part.intervals):",
        `    ${axis}.axvspan(first, last, ${color}, alpha=0.6, linewidth=0)`,
        `${axis}.set_yticks([])`,
      ];
    case "grid":
      return gridCode(series, shown, key, axis);
    default:
      return [];
  }
}

function signalCode(series: Series, key: string): readonly string[] {
  const { channel, highPass, lowPass, removeMean } = series;
  if (channel >= 0) {
    const note = filterLabel(series) === "" ? [] : [`# The viewer shows this with: ${filterLabel(series)}.`];
    return [...note, `times, values = rows(${key})`, `values = values[:, ${String(channel)}]`];
  }
  const cutoff =
    highPass !== null && lowPass !== null
      ? `[${valueOf(highPass)}, ${valueOf(lowPass)}], "bandpass"`
      : highPass !== null
        ? `${valueOf(highPass)}, "highpass"`
        : lowPass !== null
          ? `${valueOf(lowPass)}, "lowpass"`
          : undefined;
  const read =
    cutoff === undefined
      ? `times, values = signal(*shown(${key}))`
      : `times, values = filtered(${key}, ${cutoff})`;
  return removeMean && highPass === null
    ? [read, `values = values - np.nanmean(dm.getData(${key}).values)`]
    : [read];
}

function gridCode(
  series: Series,
  { low, high, frequencies, channels }: Grid,
  key: string,
  axis: string,
): readonly string[] {
  const colors = `cmap=${JSON.stringify(series.colorMap)}, vmin=${valueOf(low)}, vmax=${valueOf(high)}`;
  if (frequencies === undefined) {
    return [`times, values = rows(${key})`, `heat(${axis}, times, values, ${colors})`];
  }
  const [bottom, top] = frequencies;
  return [
    `times, values = signal(*shown(${key}))`,
    `spectrogram(${axis}, times, values, ${valueOf((top - bottom) / Math.max(channels - 1, 1))}, ${colors})`,
    `${axis}.set_ylim(${valueOf(bottom)}, ${valueOf(top)})`,
  ];
}

function sameScale(one: Series, other: Series): boolean {
  return one.gain === other.gain && one.offset === other.offset && one.invert === other.invert;
}

function valueOf(value: number): string {
  return Number.isNaN(value)
    ? "None"
    : String(Number.isInteger(value) ? value : Number(value.toPrecision(9)));
}
