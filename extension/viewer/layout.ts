// What a viewer shows and how: the content of a `.wtview.json` file. Pure.

/** Those of Matplotlib have its names. */
export type ColorMap = "gray" | "viridis" | "magma" | "inferno" | "cividis" | "coolwarm";

export type Series = {
  /** Data key. */
  readonly key: string;
  /** Column of a tensor; -1: the whole key. */
  readonly channel: number;
  /** `#rrggbb`; empty: the theme's next colour. */
  readonly color: string;
  /** How high it is drawn: 1 fills its lane. */
  readonly gain: number;
  /** In units of the values. */
  readonly offset: number;
  readonly invert: boolean;
  readonly visible: boolean;
  readonly unit: string;
  /** Without the mean of the whole signal. */
  readonly removeMean: boolean;
  /** Cut-offs in Hz. */
  readonly highPass: number | null;
  readonly lowPass: number | null;
  /** Drawn as power by time and frequency, between the cut-offs. */
  readonly spectrogram: boolean;
  /** Of what is drawn as a heat map. */
  readonly colorMap: ColorMap;
};

export type Lane = {
  readonly label: string;
  /** How high it is beside the others. */
  readonly weight: number;
  /** Intervals of this lane stand behind all lanes instead of in their own. */
  readonly behind: boolean;
  readonly series: readonly Series[];
};

export type Overlay = {
  /** Data key of points, lines, masks, of intervals, which are a border, or of a tensor whose rows are heat maps. */
  readonly key: string;
  readonly color: string;
  readonly size: number;
  readonly opacity: number;
  readonly visible: boolean;
  /** Name of the group whose entities are shown; empty: all are. */
  readonly group: string;
  /** Points with a lower likelihood are not shown. */
  readonly threshold: number;
  /** Of heat maps. */
  readonly colorMap: ColorMap;
  /** Of a tensor with four axes: its last. */
  readonly channel: number;
};

export type PicturePanel = {
  /** Data key of a video or of images. */
  readonly key: string;
  /** What is drawn over the picture. */
  readonly overlays: readonly Overlay[];
  /** Brightness from which a pixel is black, and up to which it is white. */
  readonly black: number;
  readonly white: number;
  readonly gamma: number;
  readonly colorMap: ColorMap;
  /** For so many indices before, points have trails. */
  readonly trail: number;
};

/** What the trials of a raster are sorted by: when they were, the first event after the alignment, how many there are, how
 * long the interval is, or a column of a tensor that is a table of them. */
type TrialSort = "time" | "latency" | "count" | "duration" | "column";

/** What a raster and PSTH show; times are in seconds, or in ticks where there are none. */
export type PeriEvent = {
  /** Data key of what is averaged. */
  readonly key: string;
  /** Events, or intervals, whose starts are 0. */
  readonly alignment: string;
  readonly before: number;
  readonly after: number;
  readonly bin: number;
  readonly sort: TrialSort;
  /** Data key of the table whose column the trials are sorted by. */
  readonly sortKey: string;
  readonly sortColumn: number;
  readonly descending: boolean;
};

type Bookmark = { readonly time: number; readonly label: string };

export type Layout = {
  readonly version: 1;
  readonly time: number | null;
  readonly window: readonly [number, number] | null;
  readonly lanes: readonly Lane[];
  readonly pictures: readonly PicturePanel[];
  readonly bookmarks: readonly Bookmark[];
  readonly periEvent: PeriEvent | null;
};

export const emptyLayout: Layout = {
  version: 1,
  time: null,
  window: null,
  lanes: [],
  pictures: [],
  bookmarks: [],
  periEvent: null,
};

export function newSeries(key: string, channel = -1): Series {
  return seriesOf({ key, channel });
}

export function newLane(series: Series, label = series.key): Lane {
  return { label, weight: 1, behind: false, series: [series] };
}

export function newPicture(key: string): PicturePanel {
  return { key, overlays: [], black: 0, white: 255, gamma: 1, colorMap: "gray", trail: 0 };
}

export function newOverlay(key: string): Overlay {
  return overlayOf({ key });
}

/** Every colour map, in the order in which they are offered. */
const colorMaps: Readonly<Record<ColorMap, true>> = {
  gray: true,
  viridis: true,
  magma: true,
  inferno: true,
  cividis: true,
  coolwarm: true,
};

export const colorMapNames = Object.keys(colorMaps) as readonly ColorMap[];

export function colorMapOr(value: unknown, otherwise: ColorMap): ColorMap {
  return colorMapNames.find((name) => name === value) ?? otherwise;
}

const trialSorts: readonly TrialSort[] = ["time", "latency", "count", "duration", "column"];

/** What is taken from a signal before it is drawn, for people; empty: nothing. */
export function filterLabel({ removeMean, highPass, lowPass, spectrogram }: Omit<Series, "key">): string {
  if (spectrogram) {
    return `spectrogram ${String(highPass ?? 0)}–${String(lowPass ?? "half of the rate")}`;
  }
  const band =
    highPass !== null && lowPass !== null
      ? `band-pass ${String(highPass)}–${String(lowPass)} Hz`
      : highPass !== null
        ? `high-pass ${String(highPass)} Hz`
        : lowPass !== null
          ? `low-pass ${String(lowPass)} Hz`
          : "";
  return [removeMean && highPass === null ? "mean removed" : "", band].filter(Boolean).join(", ");
}

/** Everything that a layout draws. */
export function keysOf(layout: Layout): readonly string[] {
  const inLanes = layout.lanes.flatMap((lane) => lane.series.map(({ key }) => key));
  const inPictures = layout.pictures.flatMap(({ key, overlays }) => [
    key,
    ...overlays.map((overlay) => overlay.key),
  ]);
  return [...new Set([...inLanes, ...inPictures])];
}

/** The layout that a file's text stands for; fails with a message for people. Files of upstream's data viewer as well. */
export function parseLayout(text: string): Layout {
  if (text.trim() === "") {
    return emptyLayout;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`This is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  if (!isRecord(value) || !Array.isArray(value["lanes"])) {
    throw new Error('This is not a layout: it has no list "lanes".');
  }
  const lanes: readonly unknown[] = value["lanes"];
  if (lanes.some((lane) => isRecord(lane) && "lane_id" in lane)) {
    return ofUpstream(lanes, value["event_associations"]);
  }
  if (value["version"] !== 1) {
    throw new Error(
      `This layout has version ${String(value["version"])}; this viewer reads version 1. Update it.`,
    );
  }
  const window = value["window"];
  return {
    version: 1,
    time: numberOr(value["time"], null),
    window:
      Array.isArray(window) && typeof window[0] === "number" && typeof window[1] === "number"
        ? [window[0], window[1]]
        : null,
    lanes: lanes.filter(isRecord).map(laneOf),
    pictures: records(value["pictures"]).map(pictureOf),
    bookmarks: records(value["bookmarks"]).map((mark) => ({
      time: numberOr(mark["time"], 0),
      label: textOr(mark["label"], ""),
    })),
    periEvent: isRecord(value["periEvent"]) ? periEventOf(value["periEvent"]) : null,
  };
}

export function layoutText(layout: Layout): string {
  return `${JSON.stringify(layout, undefined, 2)}\n`;
}

function laneOf(lane: Readonly<Record<string, unknown>>): Lane {
  const series = records(lane["series"]).map(seriesOf);
  return {
    label: textOr(lane["label"], series[0]?.key ?? ""),
    weight: Math.max(0.1, numberOr(lane["weight"], 1)),
    behind: lane["behind"] === true,
    series,
  };
}

function seriesOf(series: Readonly<Record<string, unknown>>): Series {
  return {
    key: textOr(series["key"], ""),
    channel: numberOr(series["channel"], -1),
    color: textOr(series["color"], ""),
    gain: numberOr(series["gain"], 1),
    offset: numberOr(series["offset"], 0),
    invert: series["invert"] === true,
    visible: series["visible"] !== false,
    unit: textOr(series["unit"], ""),
    removeMean: series["removeMean"] === true,
    highPass: numberOr(series["highPass"], null),
    lowPass: numberOr(series["lowPass"], null),
    spectrogram: series["spectrogram"] === true,
    colorMap: colorMapOr(series["colorMap"], "viridis"),
  };
}

function pictureOf(picture: Readonly<Record<string, unknown>>): PicturePanel {
  return {
    key: textOr(picture["key"], ""),
    overlays: records(picture["overlays"]).map(overlayOf),
    black: numberOr(picture["black"], 0),
    white: numberOr(picture["white"], 255),
    gamma: numberOr(picture["gamma"], 1),
    colorMap: colorMapOr(picture["colorMap"], "gray"),
    trail: Math.max(0, Math.round(numberOr(picture["trail"], 0))),
  };
}

function overlayOf(overlay: Readonly<Record<string, unknown>>): Overlay {
  return {
    key: textOr(overlay["key"], ""),
    color: textOr(overlay["color"], ""),
    size: numberOr(overlay["size"], 2),
    opacity: numberOr(overlay["opacity"], 0.9),
    visible: overlay["visible"] !== false,
    group: textOr(overlay["group"], ""),
    threshold: numberOr(overlay["threshold"], 0),
    colorMap: colorMapOr(overlay["colorMap"], "viridis"),
    channel: numberOr(overlay["channel"], 0),
  };
}

function periEventOf(value: Readonly<Record<string, unknown>>): PeriEvent {
  return {
    key: textOr(value["key"], ""),
    alignment: textOr(value["alignment"], ""),
    before: numberOr(value["before"], 0.5),
    after: numberOr(value["after"], 1),
    bin: numberOr(value["bin"], 0.02),
    sort: trialSorts.find((sort) => sort === value["sort"]) ?? "time",
    sortKey: textOr(value["sortKey"], ""),
    sortColumn: numberOr(value["sortColumn"], 0),
    descending: value["descending"] === true,
  };
}

/** Upstream's lanes (version 2): lane_order sorts them, and events that belong to a lane become series of it. */
function ofUpstream(lanes: readonly unknown[], associations: unknown): Layout {
  const sorted = lanes
    .filter(isRecord)
    .map((lane, place) => ({ lane, order: numberOr(lane["lane_order"], place) }))
    .sort((a, b) => a.order - b.order);
  return {
    ...emptyLayout,
    lanes: sorted.map(({ lane }) => {
      const events = records(associations)
        .filter((event) => event["target_lane_id"] === lane["lane_id"])
        .map((event) => ({ ...event, key: event["event_key"] }));
      const series = [...records(lane["series"]), ...events].map(seriesOf);
      return {
        label: textOr(lane["display_label"], "") || (series[0]?.key ?? textOr(lane["lane_id"], "")),
        weight: Math.max(0.1, numberOr(lane["lane_weight"], 1)),
        behind: false,
        series,
      };
    }),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function numberOr<T>(value: unknown, otherwise: T): number | T {
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}
