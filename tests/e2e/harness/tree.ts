// A tree view: found by the title of its pane, its rows by their text.

import type { Locator, Page } from "playwright-core";
import { waitUntil } from "./waiting";

export class Tree {
  readonly #page: Page;
  readonly #title: string;
  readonly #pane: Locator;
  #direction: 1 | -1 = 1;

  constructor(page: Page, title: string) {
    this.#page = page;
    this.#title = title;
    this.#pane = page.locator(".split-view-view .pane", {
      has: page.locator(".pane-header .title", { hasText: new RegExp(`^${title}$`, "i") }),
    });
  }

  /** Answers the row of a name once it is there; scrolls, as rows exist only where they are seen. */
  async find(name: string | RegExp, text: string | RegExp = ""): Promise<Locator> {
    const row = this.#row(name).filter({ hasText: text });
    await waitUntil(`${this.#title} shows ${String(name)} ${String(text)}`, async () => {
      if ((await row.count()) > 0) {
        return true;
      }
      await this.#scrollOn();
      return false;
    });
    return row;
  }

  /** Names of the rows on the screen. */
  names(): Promise<string[]> {
    return this.#pane.locator(".monaco-list-row .monaco-icon-label .label-name").allInnerTexts();
  }

  #row(name: string | RegExp): Locator {
    const label = this.#page.locator(".monaco-icon-label .label-name", {
      hasText: typeof name === "string" ? new RegExp(`^${name}$`) : name,
    });
    return this.#pane.locator(".monaco-list-row", { has: label });
  }

  /**
   * On by less than what is seen; at the end, back the same way.
   *
   * A turn of the wheel moves a list by a few rows, however far it is turned, so there is no way to jump to the start.
   */
  async #scrollOn(): Promise<void> {
    const list = this.#pane.locator(".monaco-list");
    const box = (await list.isVisible()) ? await list.boundingBox() : null;
    if (box === null) {
      return; // no rows, thus no list
    }
    const before = await this.names();
    await this.#page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await this.#page.mouse.wheel(0, (this.#direction * box.height) / 2);
    if (!(await this.#areOtherThan(before))) {
      this.#direction = this.#direction === 1 ? -1 : 1;
    }
  }

  /** A busy machine draws what was scrolled to some frames later. */
  async #areOtherThan(before: readonly string[]): Promise<boolean> {
    for (let frame = 0; frame < 30; frame++) {
      if ((await this.names()).join() !== before.join()) {
        return true;
      }
      await this.#page.evaluate("new Promise(requestAnimationFrame)");
    }
    return false;
  }
}
