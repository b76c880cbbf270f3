// The viewer's page alone, in a browser without VS Code: what it is answered is up to the test.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import type {
  FrameView,
  LaneView,
  OverlayView,
  ViewOfKey,
  WireArray,
} from "../../../extension/src/protocol/generated";
import type { ToExtension, ToPage } from "../../../extension/viewer/messages";
import { places, root } from "./places";
import { waitUntil } from "./waiting";

/** Answers a request by the last part of its method's name. */
export type Answers = (method: string, params: Readonly<Record<string, unknown>>) => unknown;

export class ViewerPage {
  readonly page: Page;
  readonly said: ToExtension[] = [];
  readonly #browser: Browser;

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.page = page;
  }

  static async open(answers: Answers, pixelRatio = 1): Promise<ViewerPage> {
    const browser = await chromium.launch({ executablePath: places().browser, chromiumSandbox: false });
    const page = await browser.newPage({
      viewport: { width: 1000, height: 500 },
      deviceScaleFactor: pixelRatio,
    });
    const viewer = new ViewerPage(browser, page);
    await page.exposeFunction("sayToExtension", (message: ToExtension) => {
      viewer.said.push(message);
      if (message.kind === "request") {
        const { id, method, params } = message;
        const result = answers(method.split("/").at(-1) ?? "", params as Readonly<Record<string, unknown>>);
        viewer.tell({ kind: "answer", id, result }).catch(() => undefined); // the page may be closed by now
      }
    });
    const style = await readFile(join(root, "dist", "viewer", "style.css"), "utf8");
    await page.setContent(`<!DOCTYPE html><style>:root { --vscode-editor-background: #000000;
      --vscode-editorIndentGuide-background1: #000000; --vscode-charts-blue: #0000ff; --vscode-charts-orange: #ff8000;
      --vscode-descriptionForeground: #404040; --vscode-editorCursor-foreground: #000000 }</style>
      <style>${style}</style><body></body>`);
    await page.evaluate(() => {
      Object.assign(window, {
        acquireVsCodeApi: () => ({
          postMessage: (message: unknown) => {
            (window as unknown as { sayToExtension(message: unknown): void }).sayToExtension(message);
          },
        }),
      });
    });
    await page.addScriptTag({ path: join(root, "dist", "viewer", "main.js") });
    return viewer;
  }

  async tell(message: ToPage): Promise<void> {
    await this.page.evaluate((told) => {
      window.postMessage(told, "*");
    }, message);
  }

  /** The part of the lanes' plot from top to bottom in which each column of pixels is blue; [NaN, NaN] where none is. */
  async blue(): Promise<readonly (readonly [number, number])[]> {
    return this.page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>(".lanes canvas");
      const context = canvas?.getContext("2d");
      if (canvas === null || context === null || context === undefined) {
        return [];
      }
      const left = 148 * window.devicePixelRatio;
      const width = canvas.width - left - 14 * window.devicePixelRatio;
      const { data } = context.getImageData(left, 0, width, canvas.height);
      return Array.from({ length: width }, (_, x) => {
        const rows = Array.from({ length: canvas.height }, (_, y) => y).filter((y) => {
          const at = 4 * (y * width + x);
          return (data[at + 2] ?? 0) > 120 && (data[at] ?? 0) < 60 && (data[at + 1] ?? 0) < 60;
        });
        return [rows[0] ?? NaN, rows.at(-1) ?? NaN] as const;
      });
    });
  }

  /** Columns of pixels that have something blue in them, once there are any. */
  async blueColumns(): Promise<readonly number[]> {
    let columns: readonly number[] = [];
    await waitUntil("something is drawn", async () => {
      const found = await this.blue();
      columns = found.flatMap(([top], x) => (Number.isNaN(top) ? [] : [x]));
      return columns.length > 0;
    });
    return columns;
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}

export function float64(...values: readonly number[]): WireArray {
  return { dtype: "float64", shape: [values.length], data: base64(new Float64Array(values)) };
}

export function float32(...values: readonly number[]): WireArray {
  return { dtype: "float32", shape: [values.length], data: base64(new Float32Array(values)) };
}

function base64(array: Float64Array | Float32Array | Uint32Array | BigInt64Array): string {
  return Buffer.from(array.buffer).toString("base64");
}

export function key(name: string, shape: ViewOfKey["shape"], part: Partial<ViewOfKey> = {}): ViewOfKey {
  return {
    key: name,
    shape,
    type: "Analog",
    timeKey: "time",
    sizeLabel: "",
    ticksPerSecond: null,
    start: 0,
    end: 1000,
    low: null,
    high: null,
    channels: [],
    width: 0,
    height: 0,
    likelihoodKey: "",
    problem: "",
    ...part,
  };
}

export function samples(ticks: readonly number[], values: readonly number[], gap: number): LaneView {
  const at = float64(...ticks);
  return trace(at, at, float32(...values), float32(...values), gap, true);
}

export function trace(
  starts: WireArray,
  ends: WireArray,
  low: WireArray,
  high: WireArray,
  gap: number,
  isExact: boolean,
): LaneView {
  const counts = { sampleCount: starts.shape[0] ?? 0, missingCount: 0, outsideCount: 0 };
  return { kind: "trace", starts, ends, low, high, isExact, gap, ...counts };
}

export function events(...ticks: readonly number[]): LaneView {
  const at = float64(...ticks);
  return {
    kind: "ticks",
    starts: at,
    ends: at,
    counts: { dtype: "uint32", shape: at.shape, data: base64(Uint32Array.from(ticks, () => 1)) },
    entityIds: {
      dtype: "int64",
      shape: at.shape,
      data: base64(BigInt64Array.from(ticks, (_, id) => BigInt(id + 1))),
    },
    isExact: true,
    eventCount: ticks.length,
    outsideCount: 0,
  };
}

/** A black picture of 200 by 100 pixels with shapes over it. */
export function frame(...overlays: readonly OverlayView[]): FrameView {
  return {
    isOvertaken: false,
    index: 7,
    tick: 500,
    nextTick: 501,
    frameCount: 10,
    width: 200,
    height: 100,
    step: 1,
    pixels: { dtype: "uint8", shape: [100, 200], data: Buffer.alloc(100 * 200).toString("base64") },
    overlays: [...overlays],
    message: "",
  };
}

/** Entries of points, given as x and y one after the other; their identities are 1, 2, … */
export function shapes(
  name: string,
  shape: OverlayView["shape"],
  ...entries: readonly (readonly number[])[]
): OverlayView {
  const ends = entries.map((_, place) => entries.slice(0, place + 1).flat().length / 2);
  const points = float32(...entries.flat());
  return {
    key: name,
    shape,
    offsets: {
      dtype: "uint32",
      shape: [ends.length + 1],
      data: base64(Uint32Array.from([0, ...ends])),
    },
    points: { ...points, shape: [entries.flat().length / 2, 2] },
    entityIds: {
      dtype: "int64",
      shape: [entries.length],
      data: base64(BigInt64Array.from(entries, (_, id) => BigInt(id + 1))),
    },
    likelihoods: float32(),
    cells: { dtype: "float32", shape: [0, 0], data: "" },
    trail: { dtype: "float32", shape: [0, 0, 2], data: "" },
    tick: 500,
  };
}
