// The viewer: what is shown, where, and what keys and the mouse do.

import { methods, type LaneView, type ViewOfKey } from "../src/protocol/generated";
import { Bridge, Newest, type Host } from "./bridge";
import { tickAt, xOf } from "./draw";
import { button, choices, dragging, element, icon, textButton } from "./elements";
import { csvOf, matplotlibOf, spoken, svgOf, windowCode } from "./exports";
import {
  colorOf,
  drawScene,
  gutter,
  hitAt,
  idOf,
  placedLanes,
  rightMargin,
  type Hit,
  type PlacedLane,
  type Scene,
} from "./lanes";
import {
  emptyLayout,
  keysOf,
  layoutText,
  newLane,
  newOverlay,
  newPicture,
  newSeries,
  parseLayout,
  type Layout,
} from "./layout";
import { Legend } from "./legend";
import type { ToPage } from "./messages";
import { PictureView } from "./pictures";
import { readTheme, type Theme } from "./theme";
import { moved, showing, timeLabel, zoomed, type TimeWindow } from "./time";
import { pictureOf, shownOf, type Shown } from "./views";

type Edit = { readonly key: string; readonly removed: readonly Row[]; readonly added: readonly Row[] };
type Row = { readonly start: number; readonly end: number };

// Not `crypto.randomUUID`: a page that is not from a secure origin has none.
const viewId = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");
const everything: TimeWindow = { start: 0, end: 1000 };

export class Viewer {
  readonly #bridge: Bridge;
  readonly #canvas = document.createElement("canvas");
  readonly #lanes = element("lanes");
  readonly #pictures = element("pictures");
  readonly #hint = element("hint");
  readonly #tip = element("tip");
  readonly #spoken = element("unseen");
  readonly #thumb = element("thumb");
  readonly #now = element("now");
  readonly #clock = document.createElement("output");
  readonly #play: HTMLButtonElement;
  readonly #legend: Legend;
  readonly #views: Newest;
  readonly #frames: Newest;
  readonly #descriptions: Newest;
  #pictureViews: PictureView[] = [];
  #theme: Theme = readTheme();
  #layout: Layout = emptyLayout;
  #keys: ReadonlyMap<string, ViewOfKey> = new Map();
  #shown: ReadonlyMap<string, Shown> = new Map();
  #window: TimeWindow = everything;
  #extent: TimeWindow = everything;
  #time = 0;
  #selection:
    | { readonly key: string; readonly entityId: number; readonly start: number; readonly end: number }
    | undefined;
  #speed = 1;
  #playing = false;
  #lastFrameAt = 0;
  #message = "";
  #isDrawing = false;
  #undo: Edit[] = [];
  #redo: Edit[] = [];
  #stateTimer = 0;
  /** Keys are added one after the other, and gone somewhere after that. */
  #adding: Promise<void> = Promise.resolve();

  constructor(host: Host, root: HTMLElement) {
    this.#bridge = new Bridge(host, (message) => {
      this.#receive(message);
    });
    this.#views = new Newest(() => this.#readViews(), this.#failed);
    this.#frames = new Newest(() => this.#readFrames(), this.#failed);
    this.#descriptions = new Newest(() => this.#describe(), this.#failed);
    this.#play = button("play", "Play or pause (Space)", () => {
      this.#setPlaying(!this.#playing);
    });
    this.#legend = new Legend({
      change: (layout) => {
        this.#setLayout(layout);
      },
      colorOf: (series) => colorOf({ layout: this.#layout, theme: this.#theme }, series),
      overlayColor: (key) => this.#overlayColor(key),
      isInterval: (key) => this.#keys.get(key)?.shape === "spans",
    });
    root.append(this.#toolbar(), this.#pictures, this.#lanes, this.#overview(), this.#spoken);
    this.#lanes.append(this.#canvas, this.#hint, this.#legend.element, this.#tip);
    this.#tip.hidden = true;
    this.#legend.element.hidden = true;
    this.#spoken.setAttribute("aria-live", "polite");
    this.#canvas.tabIndex = 0;
    this.#canvas.setAttribute("role", "img");
    this.#listen();
    this.#bridge.send({ kind: "ready" });
  }

  readonly #failed = (error: unknown): void => {
    this.#message = error instanceof Error ? error.message : String(error);
    this.#showHint();
  };

  // What is shown ---------------------------------------------------------------------------------------------------

  #receive(message: Exclude<ToPage, { kind: "answer" | "failure" }>): void {
    switch (message.kind) {
      case "open":
        try {
          this.#message = "";
          this.#open(parseLayout(message.text));
        } catch (error) {
          this.#message = error instanceof Error ? error.message : String(error);
          this.#open(emptyLayout);
        }
        break;
      case "add":
        this.#adding = this.#adding.then(() => this.#add(message.keys)).catch(this.#failed);
        break;
      case "go":
        void this.#adding.then(() => {
          this.#go(message);
        });
        break;
      case "dataChanged":
        this.#descriptions.ask();
        break;
      case "connection":
        this.#message = message.message;
        this.#showHint();
        if (message.message === "") {
          this.#descriptions.ask();
        }
        break;
    }
  }

  #go({ time, start, end }: Extract<ToPage, { kind: "go" }>): void {
    if (start !== undefined && end !== undefined && end > start) {
      this.#setWindow({ start, end });
    }
    if (time !== undefined) {
      this.#setTime(time);
    }
  }

  #open(layout: Layout): void {
    this.#layout = layout;
    this.#shown = new Map();
    if (layout.window !== null) {
      this.#window = { start: layout.window[0], end: layout.window[1] };
    }
    this.#time = layout.time ?? this.#time;
    this.#rebuild();
    this.#descriptions.ask();
  }

  /** Show keys that are not shown yet: pictures on top, shapes over a picture, everything else in a lane of its own. */
  async #add(keys: readonly string[]): Promise<void> {
    const known = await this.#bridge.request(methods.viewsDescribe, { keys });
    this.#keys = new Map([...this.#keys, ...known.keys.map((key) => [key.key, key] as const)]);
    let layout = this.#layout;
    const isNew = keysOf(layout).length === 0;
    for (const key of known.keys.filter(({ key }) => !keysOf(layout).includes(key))) {
      if (key.shape === "frames") {
        layout = { ...layout, pictures: [...layout.pictures, newPicture(key.key)] };
      } else if (key.shape === "marks") {
        const first = layout.pictures[0] ?? newPicture("");
        const overlays = [...first.overlays, newOverlay(key.key)];
        layout = { ...layout, pictures: [{ ...first, overlays }, ...layout.pictures.slice(1)] };
      } else if (key.shape !== "none") {
        layout = { ...layout, lanes: [...layout.lanes, newLane(newSeries(key.key))] };
      } else {
        this.#message = key.problem;
      }
    }
    const missing = keys.filter((key) => !known.keys.some((found) => found.key === key));
    if (missing.length > 0) {
      this.#message = `There is no data key ${missing.join(", ")}.`;
    }
    this.#setLayout(layout);
    await this.#describe();
    if (isNew && layout.window === null) {
      this.#setWindow(this.#extent);
      const first = this.#keys.get(layout.pictures[0]?.key ?? "");
      this.#setTime(first?.start ?? this.#extent.start);
    }
  }

  #setLayout(layout: Layout): void {
    this.#layout = layout;
    this.#rebuild();
    this.#views.ask();
    this.#frames.ask();
    this.#keepLayout();
  }

  #keepLayout(): void {
    const { start, end } = this.#window;
    this.#layout = { ...this.#layout, time: this.#time, window: [start, end] };
    this.#bridge.send({ kind: "layout", text: layoutText(this.#layout) });
  }

  #rebuild(): void {
    const { pictures } = this.#layout;
    const isSame =
      pictures.length === this.#pictureViews.length &&
      pictures.every(({ key }, place) => this.#pictureViews[place]?.key === key);
    if (!isSame) {
      this.#pictureViews = pictures.map(
        (picture) =>
          new PictureView(picture, () => {
            this.#redraw();
          }),
      );
      this.#pictures.replaceChildren(...this.#pictureViews.map((view) => view.element));
    }
    pictures.forEach((picture, place) => this.#pictureViews[place]?.setPanel(picture));
    this.#pictures.classList.toggle("alone", this.#layout.lanes.length === 0);
    this.#legend.show(this.#layout);
    this.#showHint();
    this.#redraw();
  }

  #showHint(): void {
    const isEmpty = keysOf(this.#layout).length === 0;
    const text = document.createElement("div");
    text.textContent =
      this.#message ||
      (isEmpty
        ? "Nothing is shown yet. Choose data keys, or click one in the Data Keys view and take Show."
        : "");
    this.#hint.replaceChildren(text);
    if (isEmpty) {
      this.#hint.append(
        textButton("Show Data Keys…", "Choose data keys to show", () => {
          this.#bridge.send({ kind: "addKeys" });
        }),
      );
    }
    this.#hint.style.display = text.textContent === "" ? "none" : "";
    this.#hint.style.pointerEvents = isEmpty ? "" : "none";
  }

  async #describe(): Promise<void> {
    const keys = keysOf(this.#layout).filter((key) => key !== "");
    if (keys.length > 0) {
      const known = await this.#bridge.request(methods.viewsDescribe, { keys });
      this.#keys = new Map(known.keys.map((key) => [key.key, key]));
    }
    const starts = [...this.#keys.values()].flatMap(({ start }) => start ?? []);
    const ends = [...this.#keys.values()].flatMap(({ end }) => end ?? []);
    if (starts.length > 0) {
      const start = Math.min(...starts);
      this.#extent = { start, end: Math.max(...ends, start + 1) };
    }
    if (this.#layout.window === null && keys.length > 0) {
      this.#window = this.#extent;
    }
    this.#legend.show(this.#layout);
    this.#views.ask();
    this.#frames.ask();
    this.#redraw();
  }

  /** Read half a window more at each side, so that moving shows something at once. */
  async #readViews(): Promise<void> {
    const { start, end } = this.#window;
    const half = (end - start) / 2;
    const all = this.#layout.lanes.flatMap((lane) => lane.series);
    if (all.length === 0) {
      return;
    }
    const pixels =
      Math.max(this.#canvas.clientWidth - gutter - rightMargin, 100) * Math.min(window.devicePixelRatio, 2);
    const answer = await this.#bridge.request(methods.viewsRead, {
      viewId,
      start: start - half,
      end: end + half,
      lanes: all.map(({ key, channel }) => ({ key, channel, budget: Math.round(4 * pixels) })),
    });
    if (answer.isOvertaken) {
      return;
    }
    const shown = new Map<string, Shown>();
    all.forEach((series, place) => {
      const lane: LaneView | undefined = answer.lanes[place];
      if (lane !== undefined) {
        shown.set(idOf(series), shownOf(lane));
      }
    });
    this.#shown = shown;
    this.#redraw();
    if (answer.lanes.some(({ kind }) => kind === "preparing")) {
      setTimeout(() => {
        this.#descriptions.ask();
      }, 150);
    }
  }

  async #readFrames(): Promise<void> {
    const time = this.#time;
    await Promise.all(
      this.#layout.pictures.map(async (panel, place) => {
        const view = this.#pictureViews[place];
        if (view === undefined) {
          return;
        }
        const answer = await this.#bridge.request(methods.viewsFrame, {
          viewId: `${viewId}-${String(place)}`,
          key: panel.key,
          tick: time,
          budget: view.budget(),
          overlays: panel.overlays.filter(({ visible }) => visible).map(({ key }) => key),
        });
        if (!answer.isOvertaken) {
          view.show(this.#sized(pictureOf(answer), panel.overlays));
        }
      }),
    );
    this.#redraw();
  }

  /** Shapes without a picture lie on an area of their own size. */
  #sized<P extends { readonly width: number; readonly height: number }>(
    picture: P,
    overlays: readonly { readonly key: string }[],
  ): P {
    if (picture.width > 0) {
      return picture;
    }
    const sizes = overlays
      .map(({ key }) => this.#keys.get(key))
      .filter((key) => key !== undefined && key.width > 0);
    return { ...picture, width: sizes[0]?.width ?? 640, height: sizes[0]?.height ?? 480 };
  }

  // Time ------------------------------------------------------------------------------------------------------------

  #setWindow(window: TimeWindow): void {
    this.#window = window;
    this.#views.ask();
    this.#redraw();
    this.#tellState();
  }

  #setTime(time: number, follow = true): void {
    this.#time = Math.min(Math.max(time, this.#extent.start), this.#extent.end);
    if (follow) {
      const window = showing(this.#window, this.#time);
      if (window !== this.#window) {
        this.#setWindow(window);
      }
    }
    this.#frames.ask();
    this.#redraw();
    this.#tellState();
  }

  #tellState(): void {
    clearTimeout(this.#stateTimer);
    this.#stateTimer = window.setTimeout(() => {
      const { start, end } = this.#window;
      this.#bridge.send({
        kind: "state",
        state: { time: this.#time, start, end, selection: this.#selection },
      });
      this.#spoken.textContent = this.#clock.value;
    }, 100);
  }

  #setPlaying(isPlaying: boolean): void {
    this.#playing = isPlaying;
    this.#play.replaceChildren(icon(isPlaying ? "pause" : "play"));
    this.#play.setAttribute("aria-pressed", String(isPlaying));
    this.#lastFrameAt = performance.now();
    if (isPlaying) {
      const atEnd = this.#speed > 0 ? this.#time >= this.#extent.end : this.#time <= this.#extent.start;
      if (atEnd) {
        this.#setTime(this.#speed > 0 ? this.#extent.start : this.#extent.end);
      }
      requestAnimationFrame(this.#advance);
    }
  }

  readonly #advance = (now: number): void => {
    if (!this.#playing) {
      return;
    }
    const seconds = Math.max(0, now - this.#lastFrameAt) / 1000;
    this.#lastFrameAt = now;
    this.#setTime(this.#time + seconds * this.#speed * (this.#ticksPerSecond() ?? 1000));
    if (this.#time >= this.#extent.end || this.#time <= this.#extent.start) {
      const isOver = this.#speed > 0 ? this.#time >= this.#extent.end : this.#time <= this.#extent.start;
      if (isOver) {
        this.#setPlaying(false);
      }
    }
    requestAnimationFrame(this.#advance);
  };

  #ticksPerSecond(): number | null {
    for (const key of this.#keys.values()) {
      if (key.ticksPerSecond !== null) {
        return key.ticksPerSecond;
      }
    }
    return null;
  }

  /** Go by one frame of the first picture, or by one pixel. */
  #step(direction: 1 | -1): void {
    const picture = this.#pictureViews[0]?.picture;
    if (picture === undefined || picture.tick === null) {
      const pixel = (this.#window.end - this.#window.start) / Math.max(this.#canvas.clientWidth - gutter, 1);
      this.#setTime(this.#time + direction * pixel);
      return;
    }
    const key = this.#layout.pictures[0]?.key ?? "";
    if (
      direction === 1 &&
      picture.nextTick !== null &&
      this.#time >= picture.tick &&
      this.#time < picture.nextTick
    ) {
      this.#setTime(picture.nextTick);
    } else {
      void this.#goToNext(key, direction === 1, direction === 1 ? this.#time : picture.tick);
    }
  }

  /** Go to the next, or the previous, entry of a key; without one, of the events and intervals that are shown. */
  async #goToNext(key: string | undefined, forward: boolean, from = this.#time): Promise<void> {
    const all = this.#layout.lanes.flatMap((lane) => lane.series.map((series) => series.key));
    const keys =
      key !== undefined
        ? [key]
        : this.#selection !== undefined && all.includes(this.#selection.key)
          ? [this.#selection.key]
          : all.filter((name) => ["ticks", "spans"].includes(this.#keys.get(name)?.shape ?? ""));
    const found = await Promise.all(
      keys.map((name) => this.#bridge.request(methods.viewsFind, { key: name, tick: from, forward })),
    );
    const ticks = found.flatMap(({ tick }) => tick ?? []);
    if (ticks.length > 0) {
      this.#setTime(forward ? Math.min(...ticks) : Math.max(...ticks));
    }
  }

  #toggleBookmark(): void {
    const near = (this.#window.end - this.#window.start) / 200;
    const { bookmarks } = this.#layout;
    const rest = bookmarks.filter(({ time }) => Math.abs(time - this.#time) > near);
    const changed = rest.length < bookmarks.length ? rest : [...bookmarks, { time: this.#time, label: "" }];
    this.#setLayout({ ...this.#layout, bookmarks: changed.toSorted((a, b) => a.time - b.time) });
  }

  #goToBookmark(forward: boolean): void {
    const times = this.#layout.bookmarks.map(({ time }) => time);
    const found = forward
      ? times.find((time) => time > this.#time + 0.5)
      : times.findLast((time) => time < this.#time - 0.5);
    if (found !== undefined) {
      this.#setTime(found);
    }
  }

  // Editing ---------------------------------------------------------------------------------------------------------

  async #edit(edit: Edit, undone: "new" | "undo" | "redo" = "new"): Promise<void> {
    try {
      const done = await this.#bridge.request(methods.viewsEdit, edit);
      const opposite: Edit = { key: edit.key, removed: done.added, added: done.removed };
      (undone === "undo" ? this.#redo : this.#undo).push(opposite);
      this.#redo = undone === "new" ? [] : this.#redo;
      this.#message = "";
    } catch (error) {
      this.#message = error instanceof Error ? error.message : String(error);
    }
    this.#showHint();
    this.#descriptions.ask();
  }

  #undoEdit(isRedo: boolean): void {
    const edit = (isRedo ? this.#redo : this.#undo).pop();
    if (edit !== undefined) {
      void this.#edit(edit, isRedo ? "redo" : "undo");
    }
  }

  #deleteSelected(): void {
    const selected = this.#selection;
    if (selected !== undefined) {
      this.#selection = undefined;
      const row = { start: selected.start, end: selected.end };
      void this.#edit({ key: selected.key, removed: [row], added: [] });
    }
  }

  // Drawing ---------------------------------------------------------------------------------------------------------

  #redraw(): void {
    if (!this.#isDrawing) {
      this.#isDrawing = true;
      requestAnimationFrame(() => {
        this.#isDrawing = false;
        this.#draw();
      });
    }
  }

  scene(): Scene {
    return {
      layout: this.#layout,
      keys: this.#keys,
      shown: this.#shown,
      window: this.#window,
      time: this.#time,
      ticksPerSecond: this.#ticksPerSecond(),
      selection: this.#selection,
      theme: this.#theme,
      width: this.#canvas.clientWidth,
      height: this.#canvas.clientHeight,
      pixelRatio: window.devicePixelRatio,
    };
  }

  #draw(): void {
    const ratio = window.devicePixelRatio;
    const canvas = this.#canvas;
    const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const context = canvas.getContext("2d", { alpha: false });
    if (context === null) {
      return;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const scene = this.scene();
    if (scene.layout.lanes.length > 0) {
      drawScene(context, scene);
    } else {
      context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
    }
    for (const view of this.#pictureViews) {
      view.draw(this.#theme, (key) => this.#overlayColor(key));
    }
    const length = this.#extent.end - this.#extent.start;
    const share = (tick: number): number => Math.min(Math.max((tick - this.#extent.start) / length, 0), 1);
    this.#thumb.style.left = `${String(100 * share(this.#window.start))}%`;
    this.#thumb.style.width = `${String(100 * (share(this.#window.end) - share(this.#window.start)))}%`;
    this.#now.style.left = `${String(100 * share(this.#time))}%`;
    const digits = (this.#window.end - this.#window.start) / 2000;
    this.#clock.value = timeLabel(this.#time, scene.ticksPerSecond, digits);
    canvas.setAttribute("aria-label", spoken(scene));
  }

  #overlayColor(key: string): string {
    const all = this.#layout.pictures.flatMap(({ overlays }) => overlays.map((overlay) => overlay.key));
    const colors = ["#ff4d4d", "#4dff88", "#4dd2ff", "#ff4dff", "#ffe14d"];
    return colors[Math.max(all.indexOf(key), 0) % colors.length] ?? "#ff4d4d";
  }

  // Parts of the page -----------------------------------------------------------------------------------------------

  #toolbar(): HTMLElement {
    const bar = element("toolbar");
    bar.setAttribute("role", "toolbar");
    this.#clock.title = "Time of the cursor";
    const space = element("space");
    bar.append(
      button("previous", "Previous event or interval (P)", () => void this.#goToNext(undefined, false)),
      button("stepBack", "Step back (,)", () => {
        this.#step(-1);
      }),
      this.#play,
      button("stepForward", "Step forward (.)", () => {
        this.#step(1);
      }),
      button("next", "Next event or interval (N)", () => void this.#goToNext(undefined, true)),
      choices(
        "Speed",
        [-1, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 20].map(
          (speed) => [String(speed), `${String(speed)}×`] as const,
        ),
        (speed) => {
          this.#speed = Number(speed);
        },
      ),
      this.#clock,
      button("zoomIn", "Zoom in (+)", () => {
        this.#zoom(0.5);
      }),
      button("zoomOut", "Zoom out (−)", () => {
        this.#zoom(2);
      }),
      button("fit", "Show everything (F)", () => {
        this.#setWindow(this.#extent);
      }),
      button("bookmark", "Set or remove a bookmark (B)", () => {
        this.#toggleBookmark();
      }),
      space,
      button("add", "Show more data keys…", () => {
        this.#bridge.send({ kind: "addKeys" });
      }),
      button("legend", "Series, colors and amplitudes (L)", () => {
        this.#legend.element.hidden = !this.#legend.element.hidden;
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
        ],
        (what) => {
          this.#export(what);
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

  #overview(): HTMLElement {
    const bar = element("overview");
    bar.setAttribute("role", "scrollbar");
    bar.setAttribute("aria-label", "Window in the recording");
    bar.setAttribute("aria-controls", "lanes");
    this.#lanes.id = "lanes";
    bar.append(this.#thumb, this.#now);
    bar.addEventListener("pointerdown", (event) => {
      const at = (now: PointerEvent): void => {
        const box = bar.getBoundingClientRect();
        const length = this.#extent.end - this.#extent.start;
        const tick = this.#extent.start + ((now.clientX - box.x) / box.width) * length;
        const half = (this.#window.end - this.#window.start) / 2;
        if (2 * half < 0.98 * length) {
          this.#window = { start: tick - half, end: tick + half };
          this.#views.ask();
        }
        this.#setTime(tick, false);
      };
      at(event);
      dragging(bar, event, at);
    });
    return bar;
  }

  #export(what: string): void {
    const scene = this.scene();
    switch (what) {
      case "png":
        this.#bridge.send({ kind: "save", picture: { name: "viewer", type: "png", data: this.#png() } });
        break;
      case "svg":
        this.#bridge.send({ kind: "save", picture: { name: "viewer", type: "svg", data: svgOf(scene) } });
        break;
      case "csv":
        this.#bridge.send({ kind: "save", picture: { name: "viewer", type: "csv", data: csvOf(scene) } });
        break;
      case "matplotlib":
        this.#bridge.send({ kind: "copy", text: matplotlibOf(scene), what: "Matplotlib code" });
        break;
      case "insert":
        this.#bridge.send({ kind: "insert", code: windowCode(scene) });
        break;
    }
  }

  /** Pictures and lanes as they stand, in base64. */
  #png(): string {
    const all = [...this.#pictureViews.map((view) => view.canvas), this.#canvas].filter(
      ({ width }) => width > 0,
    );
    const base = document.body.getBoundingClientRect();
    const ratio = window.devicePixelRatio;
    const boxes = all.map((canvas) => canvas.getBoundingClientRect());
    const top = Math.min(...boxes.map(({ y }) => y));
    const whole = document.createElement("canvas");
    whole.width = base.width * ratio;
    whole.height = (Math.max(...boxes.map(({ bottom }) => bottom)) - top) * ratio;
    const context = whole.getContext("2d");
    all.forEach((canvas, place) => {
      const box = boxes[place];
      context?.drawImage(canvas, (box?.x ?? 0) * ratio, ((box?.y ?? 0) - top) * ratio);
    });
    return whole.toDataURL("image/png").split(",")[1] ?? "";
  }

  // Keys and mouse --------------------------------------------------------------------------------------------------

  #zoom(factor: number, around?: number): void {
    const { start, end } = this.#window;
    const middle = this.#time >= start && this.#time <= end ? this.#time : (start + end) / 2;
    this.#setWindow(zoomed(this.#window, factor, around ?? middle, this.#extent));
  }

  #pan(share: number): void {
    this.#setWindow(moved(this.#window, share * (this.#window.end - this.#window.start), this.#extent));
  }

  #listen(): void {
    new ResizeObserver(() => {
      this.#views.ask();
      this.#redraw();
    }).observe(this.#lanes);
    new MutationObserver(() => {
      this.#theme = readTheme();
      this.#legend.show(this.#layout);
      this.#redraw();
    }).observe(document.body, { attributes: true, attributeFilter: ["class", "style"] });
    document.addEventListener("keydown", (event) => {
      this.#pressed(event);
    });
    const canvas = this.#canvas;
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.#wheeled(event);
      },
      { passive: false },
    );
    canvas.addEventListener("pointerdown", (event) => {
      this.#grabbed(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons === 0) {
        this.#hovered(event);
      }
    });
    canvas.addEventListener("pointerleave", () => {
      this.#tip.hidden = true;
    });
    canvas.addEventListener("dblclick", (event) => {
      this.#doubleClicked(event);
    });
  }

  #pressed(event: KeyboardEvent): void {
    const target = event.target instanceof HTMLElement ? event.target.tagName : "";
    if (["INPUT", "SELECT"].includes(target) || (target === "BUTTON" && event.key === " ")) {
      return;
    }
    const isCommand = event.ctrlKey || event.metaKey;
    const actions: Readonly<Record<string, () => void>> = isCommand
      ? {
          z: () => {
            this.#undoEdit(event.shiftKey);
          },
          y: () => {
            this.#undoEdit(true);
          },
        }
      : {
          ArrowLeft: () => {
            this.#pan(event.shiftKey ? -0.02 : -0.2);
          },
          ArrowRight: () => {
            this.#pan(event.shiftKey ? 0.02 : 0.2);
          },
          ArrowUp: () => {
            this.#scaleAll(1.25);
          },
          ArrowDown: () => {
            this.#scaleAll(0.8);
          },
          "+": () => {
            this.#zoom(0.5);
          },
          "=": () => {
            this.#zoom(0.5);
          },
          "-": () => {
            this.#zoom(2);
          },
          Home: () => {
            this.#setTime(this.#extent.start);
          },
          End: () => {
            this.#setTime(this.#extent.end);
          },
          f: () => {
            this.#setWindow(this.#extent);
          },
          n: () => void this.#goToNext(undefined, true),
          p: () => void this.#goToNext(undefined, false),
          b: () => {
            this.#toggleBookmark();
          },
          "[": () => {
            this.#goToBookmark(false);
          },
          "]": () => {
            this.#goToBookmark(true);
          },
          l: () => {
            this.#legend.element.hidden = !this.#legend.element.hidden;
          },
          " ": () => {
            this.#setPlaying(!this.#playing);
          },
          ",": () => {
            this.#step(-1);
          },
          ".": () => {
            this.#step(1);
          },
          Delete: () => {
            this.#deleteSelected();
          },
        };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (action !== undefined) {
      event.preventDefault();
      action();
    }
  }

  #wheeled(event: WheelEvent): void {
    const placed = this.#laneAt(event.offsetY);
    const scale = placed?.scale ?? placedLanes(this.scene())[0]?.scale;
    if (scale === undefined) {
      return;
    }
    if (event.altKey) {
      const factor = Math.exp(-event.deltaY / 500);
      if (event.shiftKey && placed !== undefined) {
        this.#scaleLane(placed.index, factor);
      } else {
        this.#scaleAll(factor);
      }
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.#pan((event.deltaX || event.deltaY) / scale.box.width);
    } else {
      const pace = event.ctrlKey ? 200 : 500;
      this.#zoom(Math.exp(event.deltaY / pace), tickAt(scale, event.offsetX));
    }
  }

  #scaleAll(factor: number): void {
    const lanes = this.#layout.lanes.map((lane) => ({
      ...lane,
      series: lane.series.map((series) => ({ ...series, gain: series.gain * factor })),
    }));
    this.#setLayout({ ...this.#layout, lanes });
  }

  #scaleLane(index: number, factor: number): void {
    const lane = this.#layout.lanes[index];
    if (lane !== undefined) {
      const series = lane.series.map((one) => ({ ...one, gain: one.gain * factor }));
      this.#setLayout({ ...this.#layout, lanes: this.#layout.lanes.with(index, { ...lane, series }) });
    }
  }

  #laneAt(y: number): PlacedLane | undefined {
    return placedLanes(this.scene()).find(
      ({ scale: { box } }) => y >= box.y - 3 && y <= box.y + box.height + 3,
    );
  }

  /** Drag to move; an edge of the selected interval to resize it; Alt to add; a click sets the cursor and selects. */
  #grabbed(event: PointerEvent): void {
    const placed = this.#laneAt(event.offsetY);
    if (placed === undefined || event.offsetX < gutter) {
      return;
    }
    const { scale } = placed;
    const from = event.offsetX;
    const grabbed = this.#window;
    const hit = hitAt(this.scene(), placed, from);
    if (event.altKey) {
      this.#drawEntry(event, placed);
      return;
    }
    const isSelected = hit !== undefined && this.#selection?.entityId === hit.entityId && hit.entityId > 0;
    let hasMoved = false;
    dragging(
      this.#canvas,
      event,
      (now) => {
        hasMoved ||= Math.abs(now.offsetX - from) > 3;
        if (hasMoved && !isSelected) {
          const ticks = ((from - now.offsetX) / scale.box.width) * (grabbed.end - grabbed.start);
          this.#setWindow(moved(grabbed, ticks, this.#extent));
        }
      },
      (last) => {
        const at = tickAt(scale, last.offsetX);
        if (hasMoved && isSelected) {
          this.#moveEntry(
            hit,
            tickAt(scale, from),
            at,
            Math.abs(xOf(scale, hit.end) - from) < 6,
            Math.abs(xOf(scale, hit.start) - from) < 6,
          );
        } else if (!hasMoved) {
          this.#select(hit);
          this.#setTime(
            hit !== undefined && this.#keys.get(hit.series.key)?.shape === "ticks" ? hit.start : at,
          );
        }
      },
    );
  }

  #moveEntry(hit: Hit, from: number, to: number, isEnd: boolean, isStart: boolean): void {
    const isInterval = this.#keys.get(hit.series.key)?.shape === "spans";
    const change = to - from;
    const start = isInterval && isEnd ? hit.start : hit.start + change;
    const end = isInterval && isStart && !isEnd ? hit.end : hit.end + change;
    void this.#edit({
      key: hit.series.key,
      removed: [{ start: hit.start, end: hit.end }],
      added: [{ start: Math.min(start, end), end: Math.max(start, end) }],
    });
  }

  /** Alt and click adds an event, Alt and drag an interval. */
  #drawEntry(event: PointerEvent, placed: PlacedLane): void {
    const series = placed.lane.series.find(({ key }) =>
      ["ticks", "spans"].includes(this.#keys.get(key)?.shape ?? ""),
    );
    if (series === undefined) {
      return;
    }
    const from = tickAt(placed.scale, event.offsetX);
    dragging(
      this.#canvas,
      event,
      () => undefined,
      (last) => {
        const to = tickAt(placed.scale, last.offsetX);
        const isInterval = this.#keys.get(series.key)?.shape === "spans";
        const row = isInterval
          ? { start: Math.min(from, to), end: Math.max(from, to) }
          : { start: to, end: to };
        void this.#edit({ key: series.key, removed: [], added: [row] });
      },
    );
  }

  #select(hit: Hit | undefined): void {
    this.#selection =
      hit === undefined
        ? undefined
        : { key: hit.series.key, entityId: hit.entityId, start: hit.start, end: hit.end };
  }

  #hovered(event: PointerEvent): void {
    const placed = this.#laneAt(event.offsetY);
    if (placed === undefined || event.offsetX < gutter) {
      this.#tip.hidden = true;
      return;
    }
    const hit = hitAt(this.scene(), placed, event.offsetX);
    const rate = this.#ticksPerSecond();
    const digits = (this.#window.end - this.#window.start) / 2000;
    const time = (tick: number): string => timeLabel(tick, rate, digits);
    this.#canvas.style.cursor = hit === undefined ? "crosshair" : "pointer";
    this.#tip.textContent =
      hit === undefined
        ? `${placed.lane.label} · ${time(tickAt(placed.scale, event.offsetX))}`
        : `${hit.series.key}${hit.entityId > 0 ? ` #${String(hit.entityId)}` : ""} · ${time(hit.start)}${hit.end > hit.start ? ` – ${time(hit.end)}` : ""}`;
    this.#tip.hidden = false;
    const isRight = event.offsetX > this.#lanes.clientWidth - 260;
    this.#tip.style.left = isRight ? "auto" : `${String(event.offsetX + 14)}px`;
    this.#tip.style.right = isRight ? `${String(this.#lanes.clientWidth - event.offsetX + 10)}px` : "auto";
    this.#tip.style.top = `${String(Math.max(event.offsetY - 26, 0))}px`;
  }

  /** A double click on an interval shows it; elsewhere it zooms in. */
  #doubleClicked(event: MouseEvent): void {
    const placed = this.#laneAt(event.offsetY);
    if (placed === undefined) {
      return;
    }
    const hit = hitAt(this.scene(), placed, event.offsetX);
    if (hit !== undefined && hit.end > hit.start) {
      const room = (hit.end - hit.start) * 0.1;
      this.#setWindow({ start: hit.start - room, end: hit.end + room });
    } else if (event.offsetX >= gutter) {
      this.#zoom(0.25, tickAt(placed.scale, event.offsetX));
    } else {
      this.#scaleLane(placed.index, 1 / (placed.lane.series[0]?.gain ?? 1));
    }
  }
}
