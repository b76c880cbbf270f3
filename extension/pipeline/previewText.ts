// A preview in words, its lanes, and where its picture lies. Pure.

import type { PreviewLane } from "../src/protocol/generated";
import { newSeries, type Series } from "../viewer/layout";
import type { Place } from "../viewer/shapes";
import { roundStep, timeLabel } from "../viewer/time";
import { shapesOf } from "../viewer/views";
import type { Preview } from "./messages";

/** Pixels around a picture. */
const margin = 8;

/** Whether shapes are made, which are drawn at one time and not along it. */
export function isPicture({ lanes }: Preview): boolean {
  return (lanes.at(-1)?.shapes ?? null) !== null;
}

/** What is shown, or why nothing is. */
export function captionOf(preview: Preview): string {
  if (preview.message !== "") {
    return preview.message;
  }
  const { start, end, time, lanes } = preview;
  const rate = rateOf(preview);
  const label = (tick: number): string => timeLabel(tick, rate, roundStep(start, end, 10));
  const made = lanes.at(-1);
  const size = made?.described.sizeLabel ?? "";
  const number = size === "" && made?.view.kind === "none" ? made.view.message : "";
  const where = time === undefined ? "where it begins (no viewer is open)" : "as in the viewer";
  const at = made?.shapes?.tick ?? null;
  const when = at === null ? [] : [`drawn: ${label(at)}`];
  return [`${label(start)} to ${label(end)}, ${where}`, `${size}${number}`, ...when].join(" · ");
}

export function rateOf({ lanes }: Preview): number | null {
  return lanes.map(({ described }) => described.ticksPerSecond).find((rate) => rate !== null) ?? null;
}

/** What can be drawn along the time, each as a series of its own: the two may be of one key. */
export function lanesOf({ lanes }: Preview): readonly (PreviewLane & { readonly series: Series })[] {
  return lanes
    .map((lane, place) => ({ ...lane, series: newSeries(["input", "result"][place] ?? "") }))
    .filter(({ view }) => view.kind !== "none");
}

/** Where a picture of the shapes lies, as large as there is room. */
export function placeOf(
  { lanes }: Preview,
  room: { readonly width: number; readonly height: number },
): Place {
  const sized = lanes.find(({ described }) => described.width > 0);
  const all = lanes.flatMap(({ shapes }) => (shapes === null ? [] : [...shapesOf(shapes).points]));
  const most = (from: number): number =>
    all.reduce((high, value, at) => (at % 2 === from && value > high ? value : high), 1) + 1;
  const [width, height] =
    sized === undefined ? [most(0), most(1)] : [sized.described.width, sized.described.height];
  const scale = Math.min((room.width - 2 * margin) / width, (room.height - 2 * margin) / height);
  return { x: (room.width - width * scale) / 2, y: (room.height - height * scale) / 2, scale };
}
