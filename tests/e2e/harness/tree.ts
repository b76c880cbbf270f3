// A tree view: found by the title of its pane, its rows by their text.

import type { Locator, Page } from "playwright-core";

export class Tree {
  readonly #page: Page;
  readonly #pane: Locator;

  constructor(page: Page, title: string) {
    this.#page = page;
    this.#pane = page.locator(".split-view-view .pane", {
      has: page.locator(".pane-header .title", { hasText: new RegExp(`^${title}$`, "i") }),
    });
  }

  /** The row of a name; its text is the name and what stands behind it. */
  row(name: string): Locator {
    const label = this.#page.locator(".monaco-icon-label .label-name", { hasText: new RegExp(`^${name}$`) });
    return this.#pane.locator(".monaco-list-row", { has: label });
  }

  /** Names of the rows on the screen. */
  names(): Promise<string[]> {
    return this.#pane.locator(".monaco-list-row .monaco-icon-label .label-name").allInnerTexts();
  }

  get message(): Locator {
    return this.#pane.locator(".message");
  }

  /** Click one of the buttons that show when the pointer is on a row. */
  async action(name: string, title: string | RegExp): Promise<void> {
    await this.row(name).hover();
    await this.row(name).getByRole("button", { name: title }).click();
  }

  async expand(name: string): Promise<void> {
    const row = this.row(name);
    if ((await row.getAttribute("aria-expanded")) === "false") {
      await row.locator(".monaco-tl-twistie").click();
    }
  }
}
