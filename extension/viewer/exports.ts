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
