// The bars above and below.

import { button, choices, dragging, element } from "./elements";
import { csvOf, svgOf, windowCode } from "./exports";
import { matplotlibOf } from "./matplotlib";
import type { State } from "./state";
import type { Controls } from "./controls";

/** The bar on top. */
export function toolbar(viewer: Controls, clock: HTMLElement): HTMLElement {
  const bar = element("toolbar");
  bar.setAttribute("role", "toolbar");
  const space = element("space");
  bar.append(
    button(
      "previous",
      "Previous event or interval (P)",
      () => void viewer.navigation.goToNext(undefined, false),
    ),
    button("stepBack", "Step back (,)", () => {
      viewer.navigation.step(-1);
    }),
    viewer.playback.button,
    button("stepForward", "Step forward (.)", () => {
      viewer.navigation.step(1);
    }),
    button("next", "Next event or interval (N)", () => void viewer.navigation.goToNext(undefined, true)),
    choices(
      "Speed",
      [-1, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 20].map(
        (speed) => [String(speed), `${String(speed)}×`] as const,
      ),
      (speed) => {
        viewer.playback.speed = Number(speed);
      },
    ),
    clock,
    button("zoomIn", "Zoom in (+)", () => {
      viewer.navigation.zoom(0.5);
    }),
    button("zoomOut", "Zoom out (−)", () => {
      viewer.navigation.zoom(2);
    }),
    button("fit", "Show everything (F)", () => {
      viewer.setWindow(viewer.state.extent);
    }),
    button("bookmark", "Set or remove a bookmark (B)", () => {
      viewer.navigation.toggleBookmark();
    }),
    space,
    button("add", "Show more data keys…", () => {
      viewer.send({ kind: "addKeys" });
    }),
    button("raster", "Raster and PSTH (R)", () => {
      viewer.periEvent.toggle();
    }),
    button("legend", "Series, colors and amplitudes (L)", () => {
      viewer.toggleLegend();
    }),
    choices(
      "Export",
      [
        ["", "Export…"],
        ["png", "Picture (PNG)"],
        ["svg", "Picture (SVG)"],
        ["csv", "Table of what is shown (CSV)"],
        ["matplotlib", "Copy as Matplotlib code"],
        ["insert", "Insert code for this window"],
        ["run", "Run on this window"],
      ],
      (what) => {
        exported(viewer, what);
      },
      true,
    ),
  );
  const speeds = bar.querySelector("select");
  if (speeds !== null) {
    speeds.value = "1";
  }
  return bar;
}

/** The bar below: the window in the whole recording. */
export function overview(viewer: Controls, marks: readonly HTMLElement[]): HTMLElement {
  const bar = element("overview");
  bar.setAttribute("role", "scrollbar");
  bar.setAttribute("aria-label", "Window in the recording");
  bar.setAttribute("aria-controls", "lanes");
  bar.append(...marks);
  bar.addEventListener("pointerdown", (event) => {
    const at = (now: PointerEvent): void => {
      const box = bar.getBoundingClientRect();
      const length = viewer.state.extent.end - viewer.state.extent.start;
      const tick = viewer.state.extent.start + ((now.clientX - box.x) / box.width) * length;
      const half = (viewer.state.window.end - viewer.state.window.start) / 2;
      if (2 * half < 0.98 * length) {
        viewer.setWindow({ start: tick - half, end: tick + half });
      }
      viewer.setTime(tick, false);
    };
    at(event);
    dragging(bar, event, at);
  });
  return bar;
}

/** Show in the bar below which part the window is, and where the cursor. */
export function placeMarks({ extent, window, time }: State, thumb: HTMLElement, now: HTMLElement): void {
  const length = extent.end - extent.start;
  const share = (tick: number): number => Math.min(Math.max((tick - extent.start) / length, 0), 1);
  thumb.style.left = `${String(100 * share(window.start))}%`;
  thumb.style.width = `${String(100 * (share(window.end) - share(window.start)))}%`;
  now.style.left = `${String(100 * share(time))}%`;
}

function exported(viewer: Controls, what: string): void {
  const scene = viewer.scene();
  switch (what) {
    case "png":
      viewer.send({ kind: "save", picture: { name: "viewer", type: "png", data: viewer.png() } });
      break;
    case "svg":
      viewer.send({ kind: "save", picture: { name: "viewer", type: "svg", data: svgOf(scene) } });
      break;
    case "csv":
      viewer.send({ kind: "save", picture: { name: "viewer", type: "csv", data: csvOf(scene) } });
      break;
    case "matplotlib":
      viewer.send({ kind: "copy", text: matplotlibOf(scene), what: "Matplotlib code" });
      break;
    case "insert":
      viewer.send({ kind: "insert", code: windowCode(scene) });
      break;
    case "run":
      viewer.send({ kind: "run", code: windowCode(scene) });
      break;
  }
}
