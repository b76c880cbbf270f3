// The legend: every series with its colour, and what can be changed of it. It can be dragged.

import { overPictures } from "./adding";
import { element, movable, textButton } from "./elements";
import { colorMapField, filterFields, overlayFields, pictureFields } from "./fields";
import { emptyLayout, type Layout, type Overlay, type Series } from "./layout";
import { colorOf } from "./scene";
import type { State } from "./state";

export class Legend {
  readonly element = element("legend");
  readonly #rows = element("rows");
  readonly #state: State;
  readonly #change: (layout: Layout) => void;
  #layout: Layout = emptyLayout;

  constructor(state: State, change: (layout: Layout) => void) {
    this.#state = state;
    this.#change = change;
    const title = document.createElement("h2");
    title.textContent = "Series";
    movable(this.element, title);
    this.element.append(title, this.#rows);
  }

  show(layout: Layout): void {
    const isSame = seriesIn(layout) === seriesIn(this.#layout);
    this.#layout = layout;
    const isTyping = this.#rows.querySelector("input[type=number]:focus") !== null;
    if (!(isTyping && isSame)) {
      this.#draw(layout);
    }
  }

  #draw(layout: Layout): void {
    const state = this.#state;
    const change = this.#change;
    const rows: HTMLElement[] = [];
    layout.lanes.forEach((lane, place) => {
      lane.series.forEach((series, number) => {
        const set = (part: Partial<Series>): void => {
          const changed = lane.series.with(number, { ...series, ...part });
          change({ ...layout, lanes: layout.lanes.with(place, { ...lane, series: changed }) });
        };
        const label = series.channel < 0 ? series.key : `${series.key} ${String(series.channel)}`;
        const row = this.#row(label, series.visible, colorOf(state, series), set);
        if (state.shapeOf(series.key) === "spans") {
          const title = lane.behind ? "Show in a lane of its own" : "Show behind all lanes";
          row.append(
            textButton(lane.behind ? "lane" : "behind", title, () => {
              change({ ...layout, lanes: layout.lanes.with(place, { ...lane, behind: !lane.behind }) });
            }),
          );
          row.append(...this.#over(series.key, "border", "Frame the pictures while an interval lasts"));
        } else {
          row.append(
            textButton("−", "Smaller amplitude", () => {
              set({ gain: series.gain / 1.25 });
            }),
            textButton("+", "Larger amplitude", () => {
              set({ gain: series.gain * 1.25 });
            }),
            textButton("↕", "Invert", () => {
              set({ invert: !series.invert });
            }),
          );
        }
        if (state.shapeOf(series.key) === "grid" && (state.keys.get(series.key)?.width ?? 0) > 0) {
          row.append(...this.#over(series.key, "over", "Show over the pictures as a heat map"));
        }
        row.append(
          textButton("↑", "Move the lane up", () => {
            change({ ...layout, lanes: swapped(layout.lanes, place, place - 1) });
          }),
          textButton("×", "Remove", () => {
            const rest = lane.series.toSpliced(number, 1);
            const lanes =
              rest.length > 0
                ? layout.lanes.with(place, { ...lane, series: rest })
                : layout.lanes.toSpliced(place, 1);
            change({ ...layout, lanes });
          }),
        );
        rows.push(row);
        const replace = (part: Partial<Series>): void => {
          change(withSeries(this.#layout, place, number, part)); // it may have changed since the field was shown
        };
        const isTrace = state.shapeOf(series.key) === "trace" || series.channel >= 0;
        if (isTrace) {
          rows.push(filterFields(label, series, replace));
        }
        if (series.spectrogram || (state.shapeOf(series.key) === "grid" && !isTrace)) {
          row.append(
            colorMapField(label, series.colorMap, (colorMap) => {
              replace({ colorMap });
            }),
          );
        }
      });
    });
    layout.pictures.forEach((picture, place) => {
      if (picture.key !== "") {
        const row = element("row");
        row.append(nameOf(picture.key));
        rows.push(row);
      }
      rows.push(
        pictureFields(picture.key || "the shapes", picture, (part) => {
          const now = this.#layout.pictures[place] ?? picture;
          change({ ...this.#layout, pictures: this.#layout.pictures.with(place, { ...now, ...part }) });
        }),
      );
      const replace = (overlays: typeof picture.overlays): void => {
        const now = this.#layout.pictures[place] ?? picture; // it may have changed since the row was shown
        change({ ...this.#layout, pictures: this.#layout.pictures.with(place, { ...now, overlays }) });
      };
      picture.overlays.forEach((overlay, number) => {
        const set = (part: Partial<Overlay>): void => {
          const now = this.#layout.pictures[place]?.overlays ?? picture.overlays;
          replace(now.with(number, { ...(now[number] ?? overlay), ...part }));
        };
        const color = overlay.color || state.overlayColor(overlay.key);
        const row = this.#row(overlay.key, overlay.visible, color, set);
        if (state.shapeOf(overlay.key) === "marks") {
          row.append(this.#pencil(overlay.key));
        }
        row.append(
          textButton("−", "Smaller", () => {
            set({ size: Math.max(0.5, overlay.size / 1.25) });
          }),
          textButton("+", "Larger", () => {
            set({ size: overlay.size * 1.25 });
          }),
          textButton("×", "Remove", () => {
            replace(picture.overlays.toSpliced(number, 1));
          }),
        );
        const key = state.keys.get(overlay.key);
        rows.push(
          row,
          overlayFields(
            overlay,
            {
              groups: state.groups,
              hasLikelihood: (key?.likelihoodKey ?? "") !== "",
              isHeat: key?.shape === "grid",
            },
            set,
          ),
        );
      });
    });
    this.#rows.replaceChildren(...rows);
  }

  /** A button that puts a key over the pictures, where it is not over all of them. */
  #over(key: string, label: string, title: string): readonly HTMLButtonElement[] {
    const isMissing = this.#layout.pictures.some(({ overlays }) => !overlays.some((one) => one.key === key));
    const add = (): void => {
      this.#change(overPictures(this.#layout, key));
    };
    return isMissing ? [textButton(label, title, add)] : [];
  }

  /** A button that is pressed at the key that Alt draws into. */
  #pencil(key: string): HTMLButtonElement {
    const made = textButton("✎", `Draw into ${key} with Alt`, () => {
      this.#state.drawnKey = key;
      this.#draw(this.#layout);
    });
    made.setAttribute("aria-pressed", String(this.#state.drawnKey === key));
    return made;
  }

  #row(
    label: string,
    isVisible: boolean,
    color: string,
    set: (part: { readonly visible?: boolean; readonly color?: string }) => void,
  ): HTMLElement {
    const row = element("row");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = isVisible;
    box.setAttribute("aria-label", `Show ${label}`);
    box.addEventListener("change", () => {
      set({ visible: box.checked });
    });
    const swatch = document.createElement("input");
    swatch.type = "color";
    swatch.value = hexOf(color);
    swatch.setAttribute("aria-label", `Color of ${label}`);
    swatch.addEventListener("change", () => {
      set({ color: swatch.value });
    });
    row.append(box, swatch, nameOf(label));
    return row;
  }
}

function nameOf(label: string): HTMLElement {
  const name = document.createElement("span");
  name.textContent = label;
  return name;
}

/** A layout with a series of it changed. */
function withSeries(layout: Layout, place: number, number: number, part: Partial<Series>): Layout {
  const lane = layout.lanes[place];
  const series = lane?.series[number];
  return lane === undefined || series === undefined
    ? layout
    : {
        ...layout,
        lanes: layout.lanes.with(place, {
          ...lane,
          series: lane.series.with(number, { ...series, ...part }),
        }),
      };
}

function seriesIn({ lanes, pictures }: Layout): string {
  const series = lanes.map((lane) => lane.series.map(({ key, channel }) => [key, channel]));
  return JSON.stringify([
    series,
    pictures.map(({ key, overlays }) => [key, overlays.map((over) => over.key)]),
  ]);
}

function swapped<T>(list: readonly T[], first: number, second: number): readonly T[] {
  const [a, b] = [list[first], list[second]];
  return a === undefined || b === undefined ? list : list.with(first, b).with(second, a);
}

/** A colour as an input of colours takes it. */
function hexOf(color: string): string {
  const context = document.createElement("canvas").getContext("2d");
  if (context === null) {
    return "#000000";
  }
  context.fillStyle = color;
  return context.fillStyle.startsWith("#") ? context.fillStyle : "#808080";
}
