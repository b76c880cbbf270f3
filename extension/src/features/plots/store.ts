// Plots on disk: of each its picture, and beside it what it is, for the owner's eyes only.

import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { CellOrigin } from "../execution";
import { keptOf, type PictureType } from "./model";

export type Plot = {
  readonly number: number;
  readonly type: PictureType;
  /** Of the picture, in bytes. */
  readonly size: number;
  /** In the window's units; 0: as wide as the picture says. */
  readonly width: number;
  readonly time: number;
  /** As of `DisplayOutput`, with the interpreter that keeps it. */
  readonly figure: string;
  readonly interpreter: number;
  readonly code: string;
  readonly origin?: CellOrigin;
  /** The notebook that the code stands in. */
  readonly notebook?: string;
};

const limits = { count: 200, bytes: 256 * 1024 * 1024 };

export class PlotStore {
  readonly folder: string;
  #plots: Plot[] | undefined;
  /** Not given again: the page takes what has the same address for the same picture. */
  #lastNumber = 0;
  /** What is done one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** All plots, newest first. */
  list(): Promise<readonly Plot[]> {
    return this.#inTurn(() => this.#read());
  }

  /** Keep a picture, and let go of what is too old by then; answers its number. */
  add(content: Uint8Array, about: Omit<Plot, "number" | "size">): Promise<number> {
    return this.#inTurn(async () => {
      const plots = await this.#read();
      this.#lastNumber = Math.max(this.#lastNumber, plots[0]?.number ?? 0) + 1;
      const plot = { ...about, number: this.#lastNumber, size: content.length };
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await writeFile(this.path(plot), content, { mode: 0o600 });
      await writeFile(this.#pathOfText(plot), JSON.stringify(plot), { mode: 0o600 });
      plots.unshift(plot);
      const kept = keptOf(
        plots.map(({ size }) => size),
        limits,
      );
      await Promise.all(plots.splice(kept).map((old) => this.#remove(old)));
      return plot.number;
    });
  }

  /** Forget plots. */
  delete(numbers: readonly number[]): Promise<void> {
    return this.#inTurn(async () => {
      const plots = await this.#read();
      const gone = plots.filter(({ number }) => numbers.includes(number));
      this.#plots = plots.filter((plot) => !gone.includes(plot));
      await Promise.all(gone.map((plot) => this.#remove(plot)));
    });
  }

  /** The file of a plot's picture. */
  path({ number, type }: Plot): string {
    return join(this.folder, `${number}.${type}`);
  }

  #pathOfText({ number }: Plot): string {
    return join(this.folder, `${number}.json`);
  }

  async #remove(plot: Plot): Promise<void> {
    await rm(this.#pathOfText(plot), { force: true });
    await rm(this.path(plot), { force: true });
  }

  async #read(): Promise<Plot[]> {
    if (this.#plots === undefined) {
      const names = await readdir(this.folder).catch(() => [] as string[]);
      const texts = names.filter((name) => name.endsWith(".json"));
      const read = await Promise.all(texts.map((name) => readPlot(join(this.folder, name))));
      this.#plots = read.flat().sort((one, other) => other.number - one.number);
    }
    return this.#plots;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

/** One that was torn when the machine went down is left out. */
async function readPlot(path: string): Promise<Plot[]> {
  try {
    const plot = JSON.parse(await readFile(path, "utf8")) as Plot;
    const isWhole = typeof plot.code === "string" && ["png", "svg"].includes(plot.type);
    return isWhole && basename(path) === `${plot.number}.json` ? [plot] : [];
  } catch {
    return [];
  }
}
