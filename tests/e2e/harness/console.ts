// The console: VS Code's Interactive Window. Its outputs live in a webview, thus in frames inside frames.

import type { Frame, Locator, Page } from "playwright-core";
import { waitUntil } from "./waiting";

export class Console {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get window(): Locator {
    return this.#page.locator(".interactive-editor");
  }

  async focusInput(): Promise<void> {
    await this.window.locator(".input-editor-container").click();
  }

  /** Type into the input box and run it. */
  async enter(code: string): Promise<void> {
    await this.focusInput();
    await this.#page.keyboard.insertText(code);
    await this.#page.keyboard.press("Enter");
  }

  /** Answers once some output has this text. */
  async waitForOutput(text: string | RegExp): Promise<void> {
    await waitUntil(`the console shows ${String(text)}`, async () => {
      const outputs = await this.outputs();
      return outputs.some((output) => (typeof text === "string" ? output.includes(text) : text.test(output)));
    });
  }

  /** Answers once the input box holds this text. */
  async waitForInput(text: string): Promise<void> {
    const lines = this.window.locator(".input-editor-container .view-lines");
    await waitUntil(`the console's input is ${text}`, async () => {
      const shown = await lines.innerText();
      return shown.replaceAll("\u00a0", " ").trim() === text;
    });
  }

  /** Click a link of one of the last outputs. */
  async clickLink(text: string): Promise<void> {
    await waitUntil(`a link ${text} in an output is clicked`, async () => {
      await this.window.hover({ force: true }); // its outputs are frames above it
      await this.#page.mouse.wheel(0, 10_000); // a long output may reach below the window
      const clicked = await Promise.all(this.#page.frames().map((frame) => clickLinkIn(frame, text)));
      return clicked.includes(true);
    });
  }

  /** How many places between the cells have this text. */
  async countNotes(text: string | RegExp): Promise<number> {
    const counts = await Promise.all(this.#page.frames().map((frame) => notesIn(frame, text)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Text of all outputs that are rendered now. */
  async outputs(): Promise<string[]> {
    const texts = await Promise.all(this.#page.frames().map(outputsIn));
    return texts.flat();
  }
}

async function notesIn(frame: Frame, text: string | RegExp): Promise<number> {
  try {
    return await frame.locator("#container .preview").getByText(text).count();
  } catch {
    return 0; // the frame was replaced meanwhile
  }
}

async function outputsIn(frame: Frame): Promise<string[]> {
  try {
    return await frame.locator(".output_container .output").allInnerTexts();
  } catch {
    return []; // the frame was replaced meanwhile
  }
}

async function clickLinkIn(frame: Frame, text: string): Promise<boolean> {
  try {
    const link = frame.locator(".output_container a").getByText(text, { exact: true });
    if ((await link.count()) === 0) {
      return false;
    }
    await link.first().click();
    return true;
  } catch {
    return false; // the frame was replaced meanwhile
  }
}
