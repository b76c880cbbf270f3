// Answers of the daemon with their arrays decoded.

import { decodeArray } from "../src/protocol/arrays";
import type {
  DType,
  FrameView,
  LaneView,
  OverlayView,
  PeriEventView,
  WireArray,
} from "../src/protocol/generated";

type Points = { readonly starts: Float64Array; readonly ends: Float64Array };

export type Trace = Points & {
  readonly kind: "trace";
  readonly low: Float32Array;
  readonly high: Float32Array;
  readonly isExact: boolean;
  readonly gap: number;
  readonly note: string;
};

/** Events or intervals. */
export type Entries = Points & {
  readonly kind: "ticks" | "spans";
  readonly counts: Uint32Array;
  readonly entityIds: readonly number[];
  readonly isExact: boolean;
  readonly count: number;
  readonly note: string;
};

export type Grid = Points & {
  readonly kind: "grid";
  readonly cells: Float32Array;
  readonly channels: number;
  readonly gap: number;
  readonly low: number;
  readonly high: number;
  /** Of a spectrogram: the lowest, which is its last channel, and the highest, in Hz. */
  readonly frequencies: readonly [number, number] | undefined;
  readonly note: string;
};

type Nothing =
  { readonly kind: "none"; readonly note: string } | { readonly kind: "preparing"; readonly note: string };

export type Shown = Trace | Entries | Grid | Nothing;

export type Shapes = {
  readonly key: string;
  readonly shape: OverlayView["shape"];
  readonly offsets: Uint32Array;
  readonly points: Float32Array;
  readonly entityIds: readonly number[];
  /** Of each point; empty where nobody knows. */
  readonly likelihoods: Float32Array;
  /** Of a heat map of the whole picture. */
  readonly cells: { readonly values: Float32Array; readonly rows: number; readonly columns: number };
  /** Lines through the points of the indices before, each of so many steps. */
  readonly trail: { readonly points: Float32Array; readonly steps: number };
  /** Of the index that they belong to. */
  readonly tick: number | null;
};

export type Picture = {
  readonly index: number;
  readonly tick: number | null;
  readonly nextTick: number | null;
  readonly frameCount: number;
  readonly width: number;
  readonly height: number;
  readonly step: number;
  readonly columns: number;
  readonly rows: number;
  readonly pixels: Uint8Array;
  readonly overlays: readonly Shapes[];
  readonly message: string;
};

export function shownOf(view: LaneView): Shown {
  switch (view.kind) {
    case "trace":
      return {
        kind: "trace",
        starts: numbers(view.starts, "float64"),
        ends: numbers(view.ends, "float64"),
        low: numbers(view.low, "float32"),
        high: numbers(view.high, "float32"),
        isExact: view.isExact,
        gap: view.gap ?? Infinity,
        note: [missingNote(view.missingCount), outsideNote(view.outsideCount)].filter(Boolean).join(" · "),
      };
    case "ticks":
    case "spans":
      return {
        kind: view.kind,
        starts: numbers(view.starts, "float64"),
        ends: numbers(view.ends, "float64"),
        counts: numbers(view.counts, "uint32"),
        entityIds: Array.from(numbers(view.entityIds, "int64"), Number),
        isExact: view.isExact,
        count: view.kind === "ticks" ? view.eventCount : view.intervalCount,
        note: outsideNote(view.outsideCount),
      };
    case "grid":
      return {
        kind: "grid",
        starts: numbers(view.starts, "float64"),
        ends: numbers(view.ends, "float64"),
        cells: numbers(view.cells, "float32"),
        channels: view.cells.shape[1] ?? 0,
        gap: view.gap ?? Infinity,
        low: view.low ?? NaN,
        high: view.high ?? NaN,
        frequencies: view.bottom === null || view.top === null ? undefined : [view.bottom, view.top],
        note: outsideNote(view.outsideCount),
      };
    case "none":
      return { kind: "none", note: view.message };
    case "preparing":
      return { kind: "preparing", note: `Looking at all samples… ${String(Math.round(100 * view.done))} %` };
  }
}

export type PeriEvents = Pick<
  PeriEventView,
  | "isInSeconds"
  | "eventCount"
  | "trialCount"
  | "rasterTrialCount"
  | "outsideCount"
  | "leastExposure"
  | "hasDurations"
  | "tables"
> & {
  readonly edges: Float64Array;
  readonly rates: Float64Array;
  readonly trials: Uint32Array;
  readonly offsets: Float32Array;
};

export function periEventsOf(view: PeriEventView): PeriEvents {
  return {
    ...view,
    edges: numbers(view.edges, "float64"),
    rates: numbers(view.rates, "float64"),
    trials: numbers(view.trials, "uint32"),
    offsets: numbers(view.offsets, "float32"),
  };
}

export function pictureOf(frame: FrameView): Picture {
  const [rows = 0, columns = 0] = frame.pixels.shape;
  return {
    index: frame.index,
    tick: frame.tick,
    nextTick: frame.nextTick,
    frameCount: frame.frameCount,
    width: frame.width,
    height: frame.height,
    step: frame.step,
    columns,
    rows,
    pixels: numbers(frame.pixels, "uint8"),
    overlays: frame.overlays.map(shapesOf),
    message: frame.message,
  };
}

export function shapesOf(overlay: OverlayView): Shapes {
  return {
    key: overlay.key,
    shape: overlay.shape,
    offsets: numbers(overlay.offsets, "uint32"),
    points: numbers(overlay.points, "float32"),
    entityIds: Array.from(numbers(overlay.entityIds, "int64"), Number),
    likelihoods: numbers(overlay.likelihoods, "float32"),
    cells: {
      values: numbers(overlay.cells, "float32"),
      rows: overlay.cells.shape[0] ?? 0,
      columns: overlay.cells.shape[1] ?? 0,
    },
    trail: { points: numbers(overlay.trail, "float32"), steps: overlay.trail.shape[1] ?? 0 },
    tick: overlay.tick,
  };
}

function numbers<D extends DType>(array: WireArray, dtype: D): ReturnType<typeof decodeArray<D>> {
  if (array.dtype !== dtype) {
    throw new Error(`An array of ${dtype} was expected, not of ${array.dtype}.`);
  }
  return decodeArray<D>({ ...array, dtype });
}

function missingNote(count: number): string {
  return count === 0 ? "" : `${count.toLocaleString("en")} missing`;
}

function outsideNote(count: number): string {
  return count === 0 ? "" : `${count.toLocaleString("en")} outside the clock`;
}
