// The viewer: what is shown, where, and what keys and the mouse do.

import { methods } from "../src/protocol/generated";
import { withKeys } from "./adding";
import { overview, placeMarks, toolbar } from "./bars";
import { Bridge, messageOf, type Host } from "./bridge";
import { Clock } from "./clock";
import type { Controls } from "./controls";
import { Edits } from "./edits";
import { contextOf, element, fillHint } from "./elements";
import { pngOf, spoken } from "./exports";
import { pressed } from "./keyboard";
import { drawScene } from "./lanes";
import type { Scene } from "./scene";
import { emptyLayout, keysOf, layoutText, parseLayout, type Layout } from "./layout";
import { Legend } from "./legend";
import type { Selection, ToExtension, ToPage } from "./messages";
import { Mouse } from "./mouse";
import { Navigation } from "./navigation";
import { PeriEventPanel } from "./perievent";
import { Pictures } from "./pictures";
import { Playback } from "./playback";
import { Reader } from "./reader";
import { State } from "./state";
import { readTheme } from "./theme";
import { showing, timeLabel, type TimeWindow } from "./time";

export class Viewer implements Controls {
  readonly #bridge: Bridge;
  readonly #canvas = document.createElement("canvas");
  readonly #lanes = element("lanes");
  readonly #hint = element("hint");
  readonly #tip = element("tip");
  readonly #spoken = element("unseen");
  readonly #thumb = element("thumb");
  readonly #now = element("now");
  readonly #clock = new Clock((text) => this.navigation.goTo(text));
  readonly #legend: Legend;
  readonly #pictures: Pictures;
  readonly state = new State();
  readonly #reader: Reader;
  readonly edits: Edits;
  readonly navigation: Navigation;
  readonly playback: Playback;
  readonly periEvent: PeriEventPanel;
  #isDrawing = false;
  #stateTimer = 0;
  /** Keys are added one after the other, and gone somewhere after that. */
  #adding: Promise<void> = Promise.resolve();

  constructor(host: Host, root: HTMLElement) {
    this.#bridge = new Bridge(host, (message) => {
      this.#receive(message);
    });
    this.#reader = new Reader(this.#bridge, this.state, {
      width: () => this.#canvas.clientWidth,
      changed: () => {
        this.#legend.show(this.state.layout);
        this.periEvent.refresh();
        this.redraw();
      },
      failed: this.#failed,
    });
    this.edits = new Edits(this.#bridge, this.state, (problem) => {
      this.say(problem);
      this.#reader.descriptions.ask();
    });
    this.navigation = new Navigation(this, this.state, this.#bridge);
    this.playback = new Playback(this);
    this.periEvent = new PeriEventPanel(this, this.#bridge);
    this.#pictures = new Pictures(this);
    this.#legend = new Legend(this.state, (layout) => {
      this.setLayout(layout);
    });
    this.#lanes.id = "lanes";
    root.append(
      toolbar(this, this.#clock.element),
      this.#pictures.element,
      this.#lanes,
      overview(this, [this.#thumb, this.#now]),
      this.#spoken,
    );
    this.#lanes.append(this.#canvas, this.#hint, this.#legend.element, this.periEvent.element, this.#tip);
    this.#tip.hidden = true;
    this.#legend.element.hidden = true;
    this.#spoken.setAttribute("aria-live", "polite");
    Object.assign(this.#canvas, { tabIndex: 0, role: "img" });
    new Mouse(this, this.#canvas, this.#lanes, this.#tip);
    document.addEventListener("keydown", (event) => {
      pressed(this, event);
    });
    new ResizeObserver(() => {
      this.#reader.views.ask();
      this.redraw();
    }).observe(this.#lanes);
    new MutationObserver(() => {
      this.state.theme = readTheme();
      this.#legend.show(this.state.layout);
      this.redraw();
    }).observe(document.body, { attributes: true, attributeFilter: ["class", "style"] });
    this.#bridge.send({ kind: "ready" });
  }

  readonly #failed = (error: unknown): void => {
    this.say(messageOf(error));
  };

  // What is shown ---------------------------------------------------------------------------------------------------

  #receive(message: Exclude<ToPage, { kind: "answer" | "failure" }>): void {
    switch (message.kind) {
      case "open":
        try {
          this.state.message = "";
          this.#open(parseLayout(message.text));
        } catch (error) {
          this.state.message = messageOf(error);
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
      case "select":
        this.#selected(message.selection);
        break;
      case "dataChanged":
        this.#reader.descriptions.ask();
        break;
      case "connection":
        this.say(message.message);
        if (message.message === "") {
          this.#reader.descriptions.ask();
        }
        break;
    }
  }

  #go({ time, start, end }: Extract<ToPage, { kind: "go" }>): void {
    if (start !== undefined && end !== undefined && end > start) {
      this.setWindow({ start, end });
    }
    if (time !== undefined) {
      this.setTime(time);
    }
  }

  #open(layout: Layout): void {
    this.state.layout = layout;
    this.state.shown = new Map();
    if (layout.window !== null) {
      this.state.window = { start: layout.window[0], end: layout.window[1] };
    }
    this.state.time = layout.time ?? this.state.time;
    this.#rebuild();
    this.#reader.descriptions.ask();
  }

  /** Show keys that are not shown yet: pictures on top, shapes over a picture, everything else in a lane of its own. */
  async #add(keys: readonly string[]): Promise<void> {
    const known = await this.#bridge.request(methods.viewsDescribe, { keys });
    this.state.keys = new Map([...this.state.keys, ...known.keys.map((key) => [key.key, key] as const)]);
    const isNew = keysOf(this.state.layout).length === 0;
    const { layout, problem } = withKeys(this.state.layout, keys, known.keys);
    this.state.message = problem || this.state.message;
    this.setLayout(layout);
    await this.#reader.describe();
    if (isNew && layout.window === null) {
      this.setWindow(this.state.extent);
      const first = this.state.keys.get(layout.pictures[0]?.key ?? "");
      this.setTime(first?.start ?? this.state.extent.start);
    }
  }

  setLayout(layout: Layout): void {
    this.state.layout = layout;
    this.#rebuild();
    this.#reader.views.ask();
    this.#reader.frames.ask();
    this.#keepLayout();
  }

  #keepLayout(): void {
    const { start, end } = this.state.window;
    this.state.layout = { ...this.state.layout, time: this.state.time, window: [start, end] };
    this.#bridge.send({ kind: "layout", text: layoutText(this.state.layout) });
  }

  #rebuild(): void {
    this.#pictures.show(this.state.layout);
    this.#legend.show(this.state.layout);
    this.periEvent.refresh();
    this.#showHint();
    this.redraw();
  }

  #showHint(): void {
    const isEmpty = keysOf(this.state.layout).length === 0;
    fillHint(this.#hint, this.state.message, isEmpty, () => {
      this.send({ kind: "addKeys" });
    });
  }

  // Time ------------------------------------------------------------------------------------------------------------

  setWindow(window: TimeWindow): void {
    this.state.window = window;
    this.#reader.views.ask();
    this.redraw();
    this.#tellState();
  }

  setTime(time: number, follow = true): void {
    this.state.time = Math.min(Math.max(time, this.state.extent.start), this.state.extent.end);
    if (follow) {
      const window = showing(this.state.window, this.state.time);
      if (window !== this.state.window) {
        this.setWindow(window);
      }
    }
    this.#reader.frames.ask();
    this.redraw();
    this.#tellState();
  }

  #tellState(): void {
    clearTimeout(this.#stateTimer);
    this.#stateTimer = window.setTimeout(() => {
      const { time, selection, window } = this.state;
      const selected = { selectedKey: selection?.key ?? "", selectedId: selection?.entityId ?? 0 };
      this.send({ kind: "state", state: { time, ...window, ...selected } });
      this.#spoken.textContent = this.#clock.label;
    }, 100);
  }

  // Drawing ---------------------------------------------------------------------------------------------------------

  redraw(): void {
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
      layout: this.state.layout,
      keys: this.state.keys,
      shown: this.state.shown,
      ranges: this.state.ranges,
      window: this.state.window,
      time: this.state.time,
      ticksPerSecond: this.state.ticksPerSecond(),
      selection: this.state.selection,
      theme: this.state.theme,
      width: this.#canvas.clientWidth,
      height: this.#canvas.clientHeight,
      pixelRatio: window.devicePixelRatio,
    };
  }

  #draw(): void {
    const canvas = this.#canvas;
    const context = contextOf(canvas);
    if (context === null) {
      return;
    }
    const scene = this.scene();
    if (scene.layout.lanes.length > 0) {
      drawScene(context, scene);
    } else {
      context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
    }
    this.#pictures.draw();
    placeMarks(this.state, this.#thumb, this.#now);
    const digits = (this.state.window.end - this.state.window.start) / 2000;
    this.#clock.show(timeLabel(this.state.time, scene.ticksPerSecond, digits));
    canvas.setAttribute("aria-label", spoken(scene));
  }

  say(message: string): void {
    this.state.message = message;
    this.#showHint();
  }

  typePlace(): void {
    this.#clock.element.focus();
  }

  select(selection: Selection | undefined): void {
    this.#selected(selection);
    this.send({ kind: "selected", selection });
  }

  #selected(selection: Selection | undefined): void {
    this.state.selection = selection;
    this.redraw();
    this.#tellState();
  }

  send(message: ToExtension): void {
    this.#bridge.send(message);
  }

  toggleLegend(): void {
    this.#legend.element.hidden = !this.#legend.element.hidden;
  }

  /** Pictures and lanes as they stand, in base64. */
  png(): string {
    return pngOf([...this.state.pictures.map((view) => view.canvas), this.#canvas]);
  }
}
