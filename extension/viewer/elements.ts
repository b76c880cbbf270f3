// Small parts of the page.

/** Paths of icons on a field of 16 by 16. */
const icons = {
  play: "M4 2.5v11l9-5.5z",
  pause: "M4 2.5h3v11H4zM9 2.5h3v11H9z",
  reverse: "M12 2.5v11L3 8z",
  stepBack: "M3 3h2v10H3zM13 3v10L6 8z",
  stepForward: "M11 3h2v10h-2zM3 3v10l7-5z",
  previous: "M10.5 3 12 4.5 8.5 8l3.5 3.5-1.5 1.5-5-5zM5.5 3v10h-1.500V3z",
  next: "M5.500 3 4 4.500 7.500 8 4 11.500 5.500 13l5-5zM10.500 3v10H12V3z",
  fit: "M2 2h4v1.500H3.500V6H2zM10 2h4v4h-1.500V3.500H10zM2 10h1.500v2.500H6V14H2zM12.500 10H14v4h-4v-1.500h2.500z",
  zoomIn: "M7.250 3h1.500v4.250H13v1.500H8.750V13h-1.500V8.750H3v-1.500h4.250z",
  zoomOut: "M3 7.250h10v1.500H3z",
  bookmark: "M4 2h8v12l-4-3-4 3z",
  add: "M7.250 2h1.500v5.250H14v1.500H8.750V14h-1.500V8.750H2v-1.500h5.250z",
  code: "M5.500 4 6.500 5 3.500 8l3 3-1 1-4-4zM10.500 4l4 4-4 4-1-1 3-3-3-3z",
  save: "M7.250 2h1.500v6l2.200-2.200 1.050 1.050L8 10.900 3.950 6.850 5 5.800 7.250 8zM2.500 12.500h11V14h-11z",
  raster:
    "M2 2h1.500v3H2zM6 2h1.500v3H6zM11 2h1.500v3H11zM4 6h1.500v3H4zM7 6h1.500v3H7zM2 14v-2h3v-2h3V9h3v2h3v3z",
  legend: "M2 3h3v3H2zM6.500 4h7.500v1.500H6.500zM2 8h3v3H2zM6.500 9h7.500v1.500H6.500z",
} as const;

export type IconName = keyof typeof icons;

export function icon(name: IconName): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", icons[name]);
  svg.append(path);
  return svg;
}

export function button(name: IconName, title: string, run: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.append(icon(name));
  made.title = title;
  made.setAttribute("aria-label", title);
  made.addEventListener("click", run);
  return made;
}

export function textButton(label: string, title: string, run: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.textContent = label;
  made.title = title;
  made.setAttribute("aria-label", title);
  made.addEventListener("click", run);
  return made;
}

/** A list of choices; answers what was chosen and shows the first entry again where `isMenu`. */
export function choices(
  title: string,
  entries: readonly (readonly [string, string])[],
  chosen: (value: string) => void,
  isMenu = false,
): HTMLSelectElement {
  const made = document.createElement("select");
  made.title = title;
  made.setAttribute("aria-label", title);
  for (const [value, label] of entries) {
    made.append(new Option(label, value));
  }
  made.addEventListener("change", () => {
    chosen(made.value);
    if (isMenu) {
      made.selectedIndex = 0;
    }
  });
  return made;
}

export function element(className: string, tag = "div"): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

/** Let a panel be dragged by its title. */
export function movable(panel: HTMLElement, title: HTMLElement): void {
  title.addEventListener("pointerdown", (event) => {
    const box = panel.getBoundingClientRect();
    const parent = panel.parentElement?.getBoundingClientRect();
    const grip = [event.clientX - box.x, event.clientY - box.y] as const;
    dragging(title, event, (now) => {
      panel.style.right = "auto";
      panel.style.bottom = "auto";
      panel.style.left = `${String(now.clientX - grip[0] - (parent?.x ?? 0))}px`;
      panel.style.top = `${String(now.clientY - grip[1] - (parent?.y ?? 0))}px`;
    });
  });
}

/** Follow the pointer from here until it is let go of. */
export function dragging(
  target: HTMLElement,
  event: PointerEvent,
  moved: (event: PointerEvent) => void,
  ended: (event: PointerEvent) => void = () => undefined,
): void {
  target.setPointerCapture(event.pointerId);
  target.addEventListener("pointermove", moved);
  const end = (last: PointerEvent): void => {
    target.removeEventListener("pointermove", moved);
    target.removeEventListener("pointerup", end);
    target.removeEventListener("pointercancel", end);
    ended(last);
  };
  target.addEventListener("pointerup", end);
  target.addEventListener("pointercancel", end);
}

/** Say something over the lanes; where nothing is shown, how to show something. */
export function fillHint(hint: HTMLElement, message: string, isEmpty: boolean, choose: () => void): void {
  const text = document.createElement("div");
  const invitation = "Nothing is shown yet. Choose data keys, or take Show at one in the Data Keys view.";
  text.textContent = message || (isEmpty ? invitation : "");
  hint.replaceChildren(text);
  if (isEmpty) {
    hint.append(textButton("Show Data Keys…", "Choose data keys to show", choose));
  }
  hint.style.display = text.textContent === "" ? "none" : "";
  hint.style.pointerEvents = isEmpty ? "" : "none";
}

/** A canvas' context, as many pixels as the screen has for it, in units of the page. */
export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio;
  const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d", { alpha: false });
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
