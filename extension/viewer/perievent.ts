// The panel with a raster and a PSTH: of which events, around which others, how far and in which bins.

import { methods } from "../src/protocol/generated";
import { messageOf, Newest, type Bridge } from "./bridge";
import type { Controls } from "./controls";
import { contextOf, element, movable, textButton } from "./elements";
import type { PeriEvent } from "./layout";
import { captionOf, isSameOrder, ordersOf, psthCsv } from "./psth";
import { drawRaster } from "./rasterPlot";
import { viewId } from "./reader";
import { SvgSurface } from "./surface";
import { periEventsOf, type PeriEvents } from "./views";

const rasterBudget = 20_000;
const inTime = { sort: "time", sortKey: "", sortColumn: 0, descending: false } as const;
const inSeconds = { before: 0.5, after: 1, bin: 0.02 };
const inTicks = { before: 50, after: 100, bin: 5 };

export class PeriEventPanel {
  readonly element = element("perievent");
  readonly #viewer: Controls;
  readonly #bridge: Bridge;
  readonly #canvas = document.createElement("canvas");
  readonly #caption = element("caption");
  readonly #fields = element("fields");
  readonly #newest: Newest;
  #drawn = "";
  #asked = "";
  #shown: PeriEvents | undefined;

  constructor(viewer: Controls, bridge: Bridge) {
    this.#viewer = viewer;
    this.#bridge = bridge;
    this.#newest = new Newest(
      () => this.#read(),
      (error) => {
        this.#show(undefined, messageOf(error));
      },
    );
    const title = document.createElement("h2");
    title.textContent = "Raster and PSTH";
    movable(this.element, title);
    this.#canvas.setAttribute("role", "img");
    this.element.append(title, this.#fields, this.#canvas, this.#caption);
    this.element.hidden = true;
    new ResizeObserver(() => {
      this.#draw();
    }).observe(this.#canvas);
  }

  toggle(): void {
    const { layout } = this.#viewer.state;
    this.#viewer.setLayout({ ...layout, periEvent: layout.periEvent === null ? this.#first() : null });
  }

  /** Show what the layout says, as the data are now. */
  refresh(): void {
    const { layout, revision, keys } = this.#viewer.state;
    const wanted = layout.periEvent;
    this.element.hidden = wanted === null;
    if (wanted === null) {
      this.#asked = "";
      return;
    }
    this.#drawFields(wanted);
    const asked = JSON.stringify([wanted, revision, [...keys.keys()]]);
    if (asked !== this.#asked) {
      this.#asked = asked;
      this.#newest.ask();
    } else {
      this.#draw();
    }
  }

  /** Events of the lanes, around intervals if there are any. */
  #first(): PeriEvent {
    const events = this.#keys("ticks");
    const alignment = this.#keys("spans")[0] ?? events.find((key) => key !== events[0]) ?? events[0] ?? "";
    const times = this.#viewer.state.ticksPerSecond() === null ? inTicks : inSeconds;
    return { key: events[0] ?? "", alignment, ...times, ...inTime };
  }

  #keys(...shapes: readonly string[]): readonly string[] {
    const all = this.#viewer.state.layout.lanes.flatMap((lane) => lane.series.map(({ key }) => key));
    return [...new Set(all)].filter((key) => shapes.includes(this.#viewer.state.shapeOf(key)));
  }

  async #read(): Promise<void> {
    const wanted = this.#viewer.state.layout.periEvent;
    if (wanted === null) {
      return;
    }
    if (wanted.key === "" || wanted.alignment === "") {
      this.#show(undefined, "Show events, and events or intervals that they are aligned to.");
      return;
    }
    const answer = await this.#bridge.request(methods.viewsPeriEvent, {
      viewId: `${viewId}-peri`,
      key: wanted.key,
      alignmentKey: wanted.alignment,
      before: wanted.before,
      after: wanted.after,
      binWidth: wanted.bin,
      budget: rasterBudget,
      order: {
        by: wanted.sort,
        key: wanted.sortKey,
        column: wanted.sortColumn,
        isDescending: wanted.descending,
      },
    });
    if (!answer.isOvertaken) {
      const shown = periEventsOf(answer);
      this.#show(shown, captionOf(shown));
    }
  }

  #show(shown: PeriEvents | undefined, caption: string): void {
    this.#shown = shown;
    const wanted = this.#viewer.state.layout.periEvent;
    if (wanted !== null) {
      this.#drawFields(wanted); // an answer says what can be sorted by
    }
    this.#caption.textContent = caption;
    this.#canvas.setAttribute("aria-label", caption);
    this.#draw();
  }

  #draw(): void {
    const canvas = this.#canvas;
    const context = contextOf(canvas);
    const { theme } = this.#viewer.state;
    if (context === null || canvas.clientWidth === 0) {
      return;
    }
    if (this.#shown === undefined) {
      context.fillStyle = theme.background;
      context.fillRect(0, 0, canvas.clientWidth, canvas.clientHeight);
    } else {
      drawRaster(context, this.#shown, { theme, width: canvas.clientWidth, height: canvas.clientHeight });
    }
  }

  /** The fields are made again when there is something else to choose from, and not while somebody types. */
  #drawFields(wanted: PeriEvent): void {
    const [events, alignments] = [this.#keys("ticks"), this.#keys("ticks", "spans")];
    const orders = ordersOf(this.#shown ?? { hasDurations: false, tables: [] }, wanted);
    const drawn = JSON.stringify([wanted, events, alignments, orders]);
    if (drawn === this.#drawn || this.#fields.querySelector("input:focus") !== null) {
      return;
    }
    this.#drawn = drawn;
    const set = (part: Partial<PeriEvent>): void => {
      const { layout } = this.#viewer.state;
      this.#viewer.setLayout({ ...layout, periEvent: { ...(layout.periEvent ?? wanted), ...part } });
    };
    this.#fields.replaceChildren(
      chosen("Events", events, wanted.key, (key) => {
        set({ key });
      }),
      chosen("Aligned to", alignments, wanted.alignment, (alignment) => {
        set({ alignment });
      }),
      typed("before", wanted.before, (before) => {
        set({ before });
      }),
      typed("after", wanted.after, (after) => {
        set({ after });
      }),
      typed("bin", wanted.bin, (bin) => {
        set({ bin });
      }),
      sortedBy(orders, wanted, set),
      pressable("↓", "Largest first", wanted.descending, () => {
        set({ descending: !wanted.descending });
      }),
      textButton("CSV", "Save the PSTH as a table (CSV)", () => {
        this.#save("csv", wanted.key);
      }),
      textButton("PNG", "Save raster and PSTH as a picture (PNG)", () => {
        this.#save("png", wanted.key);
      }),
      textButton("SVG", "Save raster and PSTH as a picture (SVG)", () => {
        this.#save("svg", wanted.key);
      }),
    );
  }

  #save(type: "csv" | "png" | "svg", key: string): void {
    const shown = this.#shown;
    if (shown === undefined) {
      return;
    }
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const { theme } = this.#viewer.state;
    const data = {
      csv: () => psthCsv(shown),
      png: () => this.#canvas.toDataURL("image/png").split(",")[1] ?? "",
      svg: () => svgOf(shown, { theme, width, height }),
    }[type]();
    this.#viewer.send({ kind: "save", picture: { name: `psth_${key}`, type, data } });
  }
}

function svgOf(shown: PeriEvents, size: Parameters<typeof drawRaster>[2]): string {
  const surface = new SvgSurface(size.width, size.height);
  drawRaster(surface, shown, size);
  return surface.svg();
}

function chosen(
  title: string,
  keys: readonly string[],
  value: string,
  set: (key: string) => void,
): HTMLSelectElement {
  const made = list(title);
  for (const key of keys.includes(value) ? keys : [value, ...keys]) {
    made.append(new Option(key, key, false, key === value));
  }
  made.addEventListener("change", () => {
    set(made.value);
  });
  return made;
}

function sortedBy(
  orders: ReturnType<typeof ordersOf>,
  wanted: PeriEvent,
  set: (part: Partial<PeriEvent>) => void,
): HTMLSelectElement {
  const made = list("Trials are sorted");
  orders.forEach((order, place) => {
    made.append(new Option(order.label, String(place), false, isSameOrder(order, wanted)));
  });
  made.addEventListener("change", () => {
    const { sort, sortKey, sortColumn } = orders[Number(made.value)] ?? inTime;
    set({ sort, sortKey, sortColumn });
  });
  return made;
}

function list(title: string): HTMLSelectElement {
  const made = document.createElement("select");
  made.title = title;
  made.setAttribute("aria-label", title);
  return made;
}

function pressable(text: string, title: string, isPressed: boolean, run: () => void): HTMLButtonElement {
  const made = textButton(text, title, run);
  made.setAttribute("aria-pressed", String(isPressed));
  return made;
}

function typed(name: string, value: number, set: (value: number) => void): HTMLLabelElement {
  const label = document.createElement("label");
  const field = document.createElement("input");
  field.type = "number";
  field.step = "any";
  field.min = "0";
  field.value = String(value);
  field.setAttribute("aria-label", `Time ${name}`);
  field.addEventListener("change", () => {
    if (Number.isFinite(field.valueAsNumber)) {
      set(field.valueAsNumber);
    }
  });
  label.append(name, field);
  return label;
}
