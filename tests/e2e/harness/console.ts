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

  /** Type into the input box and run it. */
  async enter(code: string): Promise<void> {
    await this.window.locator(".input-editor-container").click();
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

  /** Text of all outputs that are rendered now. */
  async outputs(): Promise<string[]> {
    const texts = await Promise.all(this.#page.frames().map(outputsIn));
    return texts.flat();
  }
}

async function outputsIn(frame: Frame): Promise<string[]> {
  try {
    return await frame.locator(".output_container .output").allInnerTexts();
  } catch {
    return []; // the frame was replaced meanwhile
  }
}
