// The page of the plots: one picture large, all of them in a strip, newest first.

import type { ShownPlot, ToExtension, ToPage } from "./messages";
import { chosenAmong, moved, smallestZoom, zoomed } from "./moves";

declare function acquireVsCodeApi(): {
  postMessage(message: ToExtension): void;
  getState(): { readonly chosen?: number } | undefined;
  setState(state: { readonly chosen: number | undefined }): void;
};

const host = acquireVsCodeApi();
let plots: readonly ShownPlot[] = [];
let chosen = host.getState()?.chosen;
/** Undefined: as large as there is room for, and no larger than it is. */
let zoom: number | undefined;
/** Around a picture that is as large as there is room for. */
const margin = 6;

function button(text: string, label: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.textContent = text;
  made.title = label;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

function tell(kind: "save" | "goToCode" | "runAgain" | "delete"): void {
  if (chosen !== undefined) {
    host.postMessage({ kind, number: chosen });
  }
}

const toolbar = document.createElement("div");
toolbar.className = "toolbar";
toolbar.setAttribute("role", "toolbar");
toolbar.setAttribute("aria-label", "Plot");
const newer = button("‹", "Newer plot (Left)", () => {
  step("ArrowLeft");
});
const older = button("›", "Older plot (Right)", () => {
  step("ArrowRight");
});
const place = document.createElement("output");
const percent = document.createElement("output");
percent.className = "percent";
const needPlot = [
  button("−", "Zoom out (−)", () => {
    setZoom(zoomed(shownZoom(), -1));
  }),
  button("+", "Zoom in (+)", () => {
    setZoom(zoomed(shownZoom(), 1));
  }),
  button("Fit", "Fit into the view (0)", () => {
    setZoom(undefined);
  }),
  button("Copy", "Copy the picture (Ctrl+C)", () => {
    void copy();
  }),
  button("Save As…", "Save as PNG, SVG or PDF (Ctrl+S)", () => {
    tell("save");
  }),
  button("Go to Code", "Go to the code that made it (Enter)", () => {
    tell("goToCode");
  }),
  button("Run Again", "Run the code that made it again", () => {
    tell("runAgain");
  }),
  button("Delete", "Delete this plot from the list (Delete)", () => {
    tell("delete");
  }),
];
const space = document.createElement("span");
space.className = "space";
toolbar.append(newer, older, place, ...needPlot.slice(0, 2), percent, ...needPlot.slice(2, 3), space);
toolbar.append(...needPlot.slice(3));

const stage = document.createElement("main");
stage.tabIndex = 0;
const picture = document.createElement("img");
picture.draggable = false;
const nothing = document.createElement("p");
nothing.textContent = "Figures that code shows appear here.";
stage.append(picture, nothing);
const strip = document.createElement("div");
strip.className = "strip";
strip.tabIndex = 0;
strip.setAttribute("role", "listbox");
strip.setAttribute("aria-label", "Plots, newest first");
const frame = document.createElement("div");
frame.className = "frame";
frame.append(stage, strip);
document.body.append(toolbar, frame);

const thumbnails = new Map<number, HTMLElement>();

function thumbnail(plot: ShownPlot): HTMLElement {
  const known = thumbnails.get(plot.number);
  if (known !== undefined) {
    return known;
  }
  const made = document.createElement("div");
  made.id = `plot-${String(plot.number)}`;
  made.title = plot.label;
  made.setAttribute("role", "option");
  made.setAttribute("aria-label", plot.label);
  const small = document.createElement("img");
  small.loading = "lazy";
  small.alt = "";
  small.src = plot.address;
  made.append(small);
  made.addEventListener("click", () => {
    choose(plot.number);
  });
  thumbnails.set(plot.number, made);
  return made;
}

function choose(number: number | undefined): void {
  chosen = number;
  host.setState({ chosen });
  show();
}

function step(key: string): void {
  const to = moved(key, placeOf(chosen), plots.length);
  if (to !== undefined) {
    choose(plots[to]?.number);
  }
}

function placeOf(number: number | undefined): number {
  return plots.findIndex((plot) => plot.number === number);
}

function show(): void {
  const at = placeOf(chosen);
  const plot = plots[at];
  newer.disabled = at <= 0;
  older.disabled = at < 0 || at === plots.length - 1;
  for (const control of needPlot) {
    control.disabled = plot === undefined;
  }
  nothing.hidden = plot !== undefined;
  picture.hidden = plot === undefined;
  place.textContent =
    plot === undefined ? "" : `${String(at + 1)} of ${String(plots.length)} · ${plot.label}`;
  place.title = plot?.label ?? "";
  stage.setAttribute("aria-label", plot?.label ?? "No plot");
  if (plot !== undefined && picture.getAttribute("src") !== plot.address) {
    picture.src = plot.address;
    picture.alt = plot.label;
  }
  for (const [number, element] of thumbnails) {
    element.setAttribute("aria-selected", String(number === chosen));
  }
  const selected = chosen === undefined ? undefined : thumbnails.get(chosen);
  strip.setAttribute("aria-activedescendant", selected?.id ?? "");
  selected?.scrollIntoView({ block: "nearest", inline: "nearest" });
  size();
}

/** How wide the chosen picture is at 100 %. */
function naturalWidth(): number {
  const stated = plots[placeOf(chosen)]?.width ?? 0;
  return stated > 0 ? stated : picture.naturalWidth;
}

function shownZoom(): number {
  const width = naturalWidth();
  if (zoom !== undefined || width === 0) {
    return zoom ?? 1;
  }
  const height = (width * picture.naturalHeight) / Math.max(picture.naturalWidth, 1);
  const room = { width: stage.clientWidth - 2 * margin, height: stage.clientHeight - 2 * margin };
  return Math.max(Math.min(1, room.width / width, room.height / Math.max(height, 1)), smallestZoom);
}

function size(): void {
  const width = naturalWidth();
  picture.style.width = width > 0 ? `${String(Math.floor(width * shownZoom()))}px` : "";
  percent.textContent = chosen === undefined ? "" : `${String(Math.round(shownZoom() * 100))} %`;
}

function setZoom(to: number | undefined): void {
  zoom = to;
  size();
}

/** Put the picture into the clipboard, as pixels. */
async function copy(): Promise<void> {
  try {
    const again = new Image();
    again.crossOrigin = "anonymous"; // VS Code serves a page's files from another origin
    again.src = picture.src;
    await again.decode();
    const ratio = picture.src.endsWith(".svg") ? window.devicePixelRatio : 1;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(again.naturalWidth * ratio);
    canvas.height = Math.round(again.naturalHeight * ratio);
    canvas.getContext("2d")?.drawImage(again, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, "image/png");
    });
    if (blob === null) {
      throw new Error("the picture is too large");
    }
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
    host.postMessage({ kind: "copied" });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    host.postMessage({ kind: "failure", message: `The picture cannot be copied: ${message}` });
  }
}

const keys: Readonly<Record<string, () => void>> = {
  "+": () => {
    setZoom(zoomed(shownZoom(), 1));
  },
  "-": () => {
    setZoom(zoomed(shownZoom(), -1));
  },
  "0": () => {
    setZoom(undefined);
  },
  Enter: () => {
    tell("goToCode");
  },
  Delete: () => {
    tell("delete");
  },
};

document.addEventListener("keydown", (event) => {
  const withControl = event.ctrlKey || event.metaKey;
  if (withControl && event.key === "c") {
    void copy();
  } else if (withControl && event.key === "s") {
    tell("save");
  } else if (withControl || event.altKey || event.target instanceof HTMLButtonElement) {
    return;
  } else if (event.key in keys) {
    keys[event.key]?.();
  } else if (event.target === stage && zoom !== undefined) {
    return; // scrolls
  } else if (moved(event.key, placeOf(chosen), plots.length) !== undefined) {
    step(event.key);
  } else {
    return;
  }
  event.preventDefault();
});

stage.addEventListener(
  "wheel",
  (event) => {
    if (event.ctrlKey) {
      event.preventDefault();
      setZoom(zoomed(shownZoom(), event.deltaY < 0 ? 1 : -1));
    }
  },
  { passive: false },
);
picture.addEventListener("load", size);
new ResizeObserver(size).observe(stage);

window.addEventListener("message", (event: MessageEvent<ToPage>) => {
  const before = plots.map(({ number }) => number);
  plots = event.data.plots;
  const numbers = plots.map(({ number }) => number);
  for (const number of thumbnails.keys()) {
    if (!numbers.includes(number)) {
      thumbnails.delete(number);
    }
  }
  strip.replaceChildren(...plots.map(thumbnail));
  // Before the first list nothing was looked at but what the page remembers.
  choose(
    before.length === 0 && numbers.includes(chosen ?? -1) ? chosen : chosenAmong(numbers, before, chosen),
  );
});

show();
host.postMessage({ kind: "ready", pixelRatio: window.devicePixelRatio });
