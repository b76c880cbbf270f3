// What the chosen step makes of what the viewer shows: the input above the result, or both in one picture.

import { contextOf } from "../viewer/elements";
import { drawScene } from "../viewer/lanes";
import { drawShapes } from "../viewer/overlays";
import { emptyLayout, newLane } from "../viewer/layout";
import { idOf, type Scene } from "../viewer/scene";
import { readTheme } from "../viewer/theme";
import { shapesOf, shownOf } from "../viewer/views";
import { element } from "./elements";
import type { Preview, Step } from "./messages";
import { captionOf, isPicture, lanesOf, placeOf, rateOf } from "./previewText";

type Screen = Pick<Scene, "theme" | "width" | "height" | "pixelRatio">;

export class PreviewPane {
  readonly root = element("details");
  readonly #said = element("span");
  readonly #canvas = element("canvas");
  readonly #ask: (steps: readonly Step[], budget: number) => void;
  #steps: readonly Step[] = [];
  #asked = "[]";
  #preview: Preview | undefined;

  constructor(ask: (steps: readonly Step[], budget: number) => void) {
    this.#ask = ask;
    const summary = element("summary", { text: "Preview" });
    summary.append(this.#said);
    this.root.open = true;
    this.root.append(summary, this.#canvas);
    this.root.addEventListener("toggle", () => {
      this.ask(this.#steps);
    });
    this.#canvas.hidden = true;
    this.#canvas.setAttribute("role", "img");
    const draw = (): void => {
      this.#draw();
    };
    new ResizeObserver(draw).observe(this.#canvas);
    // Of another theme a page hears by the classes of its body.
    new MutationObserver(draw).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  }

  /** Ask what the last of some steps makes; of none, nothing is shown. */
  ask(steps: readonly Step[]): void {
    this.#steps = steps;
    const wanted = this.root.open ? steps : [];
    const text = JSON.stringify(wanted);
    if (text === this.#asked) {
      return;
    }
    this.#asked = text;
    this.root.classList.toggle("stale", wanted.length > 0);
    if (wanted.length === 0) {
      this.#preview = undefined;
      this.#draw();
    }
    const width = Math.max(this.root.clientWidth, 200) * Math.min(window.devicePixelRatio, 2);
    this.#ask(wanted, Math.round(width));
  }

  show(preview: Preview): void {
    this.root.classList.remove("stale");
    this.#preview = preview;
    this.#draw();
  }

  #draw(): void {
    const preview = this.#preview;
    const isWrong = preview !== undefined && preview.message !== "";
    this.#canvas.hidden = preview === undefined || isWrong;
    this.#said.textContent = preview === undefined ? "" : captionOf(preview);
    this.#said.className = isWrong ? "problem" : "";
    const context = this.#canvas.hidden ? null : contextOf(this.#canvas);
    if (preview === undefined || context === null) {
      return;
    }
    this.#canvas.setAttribute("aria-label", captionOf(preview));
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const screen = { width, height, pixelRatio: window.devicePixelRatio, theme: readTheme() };
    if (isPicture(preview)) {
      drawPicture(context, preview, screen);
    } else {
      drawScene(context, sceneOf(preview, screen));
    }
  }
}

/** Where the viewer's cursor stands; NaN when it is not to be seen. */
function cursorOf({ time, start, end }: Preview): number {
  return time !== undefined && time >= start && time <= end ? time : NaN;
}

function sceneOf(preview: Preview, screen: Screen): Scene {
  const drawn = lanesOf(preview);
  return {
    ...screen,
    layout: { ...emptyLayout, lanes: drawn.map(({ described, series }) => newLane(series, described.key)) },
    keys: new Map(drawn.map(({ described, series }) => [series.key, described])),
    shown: new Map(drawn.map(({ view, series }) => [idOf(series), shownOf(view)])),
    ranges: new Map(),
    window: preview,
    time: cursorOf(preview),
    ticksPerSecond: rateOf(preview),
    selection: undefined,
  };
}

/** Lines, masks and points at the viewer's time: what is made over what it is made of. */
function drawPicture(
  context: CanvasRenderingContext2D,
  preview: Preview,
  { width, height, theme }: Screen,
): void {
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  const place = placeOf(preview, { width, height });
  const colors = [theme.dim, theme.series[1] ?? theme.foreground];
  preview.lanes.forEach(({ shapes }, lane) => {
    if (shapes !== null) {
      const color = colors[lane] ?? theme.foreground;
      drawShapes(context, shapesOf(shapes), place, {
        color,
        size: lane === 0 ? 4 : 2,
        selected: 0,
        halo: color,
      });
    }
  });
}
