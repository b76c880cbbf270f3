// What is shown as a picture, a table, or a script that draws the same. Pure, but for the canvas of a PNG.

import { drawScene } from "./lanes";
import { idOf, type Scene } from "./scene";
import { filterLabel, type Series } from "./layout";
import { SvgSurface } from "./surface";
import { valueLabel } from "./time";

export function svgOf(scene: Scene): string {
  const surface = new SvgSurface(scene.width, scene.height);
  drawScene(surface, scene);
  return surface.svg();
}

/** One line per point: its series, its time, its values. */
export function csvOf(scene: Scene): string {
  const lines = ["key,channel,start_tick,end_tick,low,high,count,filter"];
  const { start, end } = scene.window;
  for (const lane of scene.layout.lanes) {
    for (const series of lane.series) {
      const shown = scene.shown.get(idOf(series));
      const filter = shown?.kind === "trace" ? filterLabel(series) : "";
      if (
        shown === undefined ||
        shown.kind === "none" ||
        shown.kind === "preparing" ||
        shown.kind === "grid"
      ) {
        continue;
      }
      for (let index = 0; index < shown.starts.length; index++) {
        const [first, last] = [shown.starts[index] ?? NaN, shown.ends[index] ?? NaN];
        if (last < start || first > end) {
          continue;
        }
        const values =
          shown.kind === "trace"
            ? [number(shown.low[index]), number(shown.high[index]), ""]
            : ["", "", String(shown.counts[index] ?? 0)];
        const channel = series.channel < 0 ? "" : String(series.channel);
        lines.push(
          [quoted(series.key), channel, String(first), String(last), ...values, quoted(filter)].join(","),
        );
      }
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Python that draws the window from all its samples, with Matplotlib. */
export function matplotlibOf(scene: Scene): string {
  const { start, end } = scene.window;
  const rate = scene.ticksPerSecond;
  const lanes = scene.layout.lanes.filter((lane) =>
    lane.series.some((series) => scene.shown.get(idOf(series))?.kind !== undefined),
  );
  const count = Math.max(lanes.length, 1);
  const lines = [
    "import matplotlib.pyplot as plt",
    "import numpy as np",
    "",
    `start, end = ${valueOf(start)}, ${valueOf(end)}  # ticks`,
    `ticks_per_second = ${rate === null ? "1" : valueOf(rate)}`,
    "",
    "",
    "def shown(key):",
    '    """Return the part of a data key in the window, and its clock."""',
    "    data, clock = dm.getData(key), dm.getTime(dm.getTimeKey(key))",
    "    if len(clock):",
    '        return data.restrict(int(np.ceil(start)), int(end), unit="ticks"), clock',
    "    return data.restrict(int(np.ceil(start)), int(end)), clock",
    "",
    "",
    "def seconds(clock, indices):",
    "    return (clock.times_at(indices) if len(clock) else np.asarray(indices)) / ticks_per_second",
    "",
    "",
    `figure, axes = plt.subplots(${String(count)}, sharex=True, squeeze=False, layout="constrained")`,
  ];
  lanes.forEach((lane, place) => {
    const axis = `axes[${String(place)}, 0]`;
    for (const series of lane.series) {
      const shown = scene.shown.get(idOf(series));
      const key = JSON.stringify(series.key);
      lines.push(...unfiltered(series, scene));
      if (shown?.kind === "trace" && series.channel < 0) {
        const values = series.invert ? "-part.values" : "part.values";
        lines.push(`part, clock = shown(${key})`, `${axis}.plot(seconds(clock, part.times), ${values})`);
      } else if (shown?.kind === "ticks") {
        lines.push(`part, clock = shown(${key})`, `${axis}.eventplot(seconds(clock, part.times))`);
      } else if (shown?.kind === "spans") {
        lines.push(
          `part, clock = shown(${key})`,
          "for first, last in seconds(clock, part.intervals):",
          `    ${axis}.axvspan(first, last, alpha=0.3)`,
        );
      } else if (shown?.kind === "grid" && series.spectrogram) {
        const [low, high] = shown.frequencies ?? [0, 1];
        lines.push(
          `part, clock = shown(${key})`,
          "rate = 1 / np.median(np.diff(seconds(clock, part.times)))",
          `${axis}.specgram(part.values, Fs=rate, xextent=(start / ticks_per_second, end / ticks_per_second))`,
          `${axis}.set_ylim(${valueOf(low)}, ${valueOf(high)})`,
        );
      } else if (shown?.kind === "grid" || shown?.kind === "trace") {
        lines.push(
          `part, clock = shown(${key})`,
          `${axis}.imshow(part.values.T, aspect="auto", interpolation="nearest")`,
        );
      }
    }
    lines.push(`${axis}.set_ylabel(${JSON.stringify(lane.label)})`);
  });
  lines.push(
    `axes[-1, 0].set_xlabel(${rate === null ? '"ticks"' : '"seconds"'})`,
    "axes[-1, 0].set_xlim(start / ticks_per_second, end / ticks_per_second)",
    "plt.show()",
    "",
  );
  return lines.join("\n");
}

/** A comment for what the viewer shows filtered and code has as it is stored. */
function unfiltered(series: Series, scene: Scene): readonly string[] {
  const filter = scene.shown.get(idOf(series))?.kind === "trace" ? filterLabel(series) : "";
  return filter === ""
    ? []
    : [`# The viewer shows ${JSON.stringify(series.key)} with: ${filter}. Here it is as stored.`];
}

/** Python that takes the window of each shown key. */
export function windowCode(scene: Scene): string {
  const { start, end } = scene.window;
  const keys = [...new Set(scene.layout.lanes.flatMap((lane) => lane.series.map(({ key }) => key)))];
  const [first, last] = [String(Math.ceil(start)), String(Math.floor(end))];
  const comments = scene.layout.lanes.flatMap((lane) =>
    lane.series.flatMap((series) => unfiltered(series, scene)),
  );
  const code = keys.map((key) => {
    const name = key.replaceAll(/\W+/g, "_").replace(/^(?=\d)/, "_");
    const clock = scene.keys.get(key)?.ticksPerSecond;
    const unit = clock === undefined ? "" : ', unit="ticks"';
    return `${name} = dm.getData(${JSON.stringify(key)}).restrict(${first}, ${last}${unit})`;
  });
  return [...comments, ...code].join("\n");
}

function number(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "" : String(value);
}

function valueOf(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toFixed(6)));
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What a screen reader says of the lanes. */
export function spoken(scene: Scene): string {
  const lanes = scene.layout.lanes.map((lane) => {
    const shown = lane.series.map((series) => scene.shown.get(idOf(series)));
    const kinds = shown.map((part) =>
      part?.kind === "trace"
        ? "signal"
        : part?.kind === "grid" && part.frequencies !== undefined
          ? "spectrogram"
          : (part?.kind ?? "nothing"),
    );
    return `${lane.label} (${kinds.join(", ")})`;
  });
  return `${String(lanes.length)} lanes: ${lanes.join("; ")}. Cursor at ${valueLabel(scene.time)}.`;
}

/** Canvases as they stand on the page, in one picture, in base64. */
export function pngOf(canvases: readonly HTMLCanvasElement[]): string {
  const all = canvases.filter(({ width }) => width > 0);
  const base = document.body.getBoundingClientRect();
  const ratio = window.devicePixelRatio;
  const boxes = all.map((canvas) => canvas.getBoundingClientRect());
  const top = Math.min(...boxes.map(({ y }) => y));
  const whole = document.createElement("canvas");
  whole.width = base.width * ratio;
  whole.height = (Math.max(...boxes.map(({ bottom }) => bottom)) - top) * ratio;
  const context = whole.getContext("2d");
  all.forEach((canvas, place) => {
    const box = boxes[place];
    context?.drawImage(canvas, (box?.x ?? 0) * ratio, ((box?.y ?? 0) - top) * ratio);
  });
  return whole.toDataURL("image/png").split(",")[1] ?? "";
}
