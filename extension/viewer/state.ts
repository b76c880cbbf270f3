// What the viewer shows now, and where it is.

import type { ViewOfKey, ViewShape } from "../src/protocol/generated";
import { emptyLayout, type Layout } from "./layout";
import type { Selection } from "./messages";
import type { PictureView } from "./pictureView";
import { readTheme, type Theme } from "./theme";
import type { TimeWindow } from "./time";
import type { Shown } from "./views";

const everything: TimeWindow = { start: 0, end: 1000 };

export class State {
  layout: Layout = emptyLayout;
  /** Of the data, when it was looked at last. */
  revision = 0;
  keys: ReadonlyMap<string, ViewOfKey> = new Map();
  /** Names of the groups of entities. */
  groups: readonly string[] = [];
  /** What is shown of each series, by `idOf`. */
  shown: ReadonlyMap<string, Shown> = new Map();
  /** The lowest and highest values seen of what is filtered, by `idOf`. */
  readonly ranges = new Map<string, readonly [number, number]>();
  window: TimeWindow = everything;
  /** From the first to the last tick of all that is shown. */
  extent: TimeWindow = everything;
  time = 0;
  /** Of the points, lines or masks that Alt draws into, where they are shown. */
  drawnKey = "";
  /** Radius of the brush for masks, in pixels of the picture. */
  brushRadius = 4;
  #selection: Selection | undefined;
  theme: Theme = readTheme();
  /** What the user is told instead of, or over, the lanes. */
  message = "";
  /** One for each picture of the layout. */
  pictures: readonly PictureView[] = [];

  /** The event, interval, point, line or mask that was clicked. */
  get selection(): Selection | undefined {
    return this.#selection;
  }

  set selection(selection: Selection | undefined) {
    this.#selection = selection;
    if (selection !== undefined && this.shapeOf(selection.key) === "marks") {
      this.drawnKey = selection.key;
    }
  }

  ticksPerSecond(): number | null {
    for (const key of this.keys.values()) {
      if (key.ticksPerSecond !== null) {
        return key.ticksPerSecond;
      }
    }
    return null;
  }

  shapeOf(key: string): ViewShape {
    return this.keys.get(key)?.shape ?? "none";
  }

  overlayColor(key: string): string {
    const all = this.layout.pictures.flatMap(({ overlays }) => overlays.map((overlay) => overlay.key));
    const colors = ["#ff4d4d", "#4dff88", "#4dd2ff", "#ff4dff", "#ffe14d"];
    return colors[Math.max(all.indexOf(key), 0) % colors.length] ?? "#ff4d4d";
  }
}
