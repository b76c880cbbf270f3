// What a person does and sees in VS Code. Waits for what should appear, never for time to pass.

import { basename, join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { Console } from "./console";
import { results } from "./places";
import { Tree } from "./tree";
import { waitUntil } from "./waiting";

const modifier = process.platform === "darwin" ? "Meta" : "Control";

export class Workbench {
  readonly #page: Page;
  readonly console: Console;
  readonly dataKeys: Tree;
  readonly variables: Tree;

  constructor(page: Page) {
    this.#page = page;
    this.console = new Console(page);
    this.dataKeys = new Tree(page, "Data Keys");
    this.variables = new Tree(page, "Variables");
  }

  /** Run a command by its full title, `WhiskerToolbox: Run File`, say. */
  async command(title: string): Promise<void> {
    await this.pick("F1", `>${title}`, title);
  }

  /** Show our view container. */
  async showViews(): Promise<void> {
    const tab = this.#page.locator('.activitybar .action-item[role="tab"]', {
      has: this.#page.locator('[aria-label^="WhiskerToolbox"]'),
    });
    if ((await tab.getAttribute("aria-selected")) !== "true") {
      await tab.click();
    }
  }

  /** Open a file of the workspace in the first column, and give it the focus. */
  async openFile(name: string): Promise<void> {
    await this.press("Control+1");
    await this.pick(`${modifier}+P`, name, basename(name));
    await this.editor(name).first().waitFor();
    await this.#page.locator(".editor-group-container.active .monaco-editor.focused").first().waitFor();
  }

  /** Open a notebook of the workspace in the first column. */
  async openNotebook(name: string): Promise<void> {
    await this.press("Control+1");
    await this.pick(`${modifier}+P`, name, basename(name));
    await this.editor(name).first().waitFor();
    await this.#page.locator(".notebook-editor .cell-list-container .monaco-list-row").first().waitFor();
  }

  editor(name: string): Locator {
    return this.#page.locator(`.tab.active[data-resource-name="${basename(name)}"]`);
  }

  /** Put the caret at the start of a line of the editor that has the focus (lines from 1). */
  async goToLine(line: number): Promise<void> {
    await this.#page.keyboard.press("Control+G");
    const input = this.#page.locator(".quick-input-widget input");
    await input.fill(`:${String(line)}`);
    await input.press("Enter");
    await this.#page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  /** There while the caret is at the start of this line. */
  caretAt(line: number): Locator {
    return this.#page.locator(".statusbar-item", { hasText: new RegExp(`^Ln ${String(line)}, Col 1$`) });
  }

  /** Select whole lines, both included. */
  async selectLines(first: number, last: number): Promise<void> {
    await this.goToLine(first);
    for (let line = first; line < last; line++) {
      await this.#page.keyboard.press("Shift+ArrowDown");
    }
    await this.#page.keyboard.press("Shift+End");
  }

  async setBreakpoint(line: number): Promise<void> {
    await this.goToLine(line);
    await this.#page.keyboard.press("F9");
    await this.#page.locator(".glyph-margin-widgets .codicon-debug-breakpoint").first().waitFor();
  }

  /** Set a breakpoint in the last cell, of a notebook or of the console, that has a line with this text. */
  async setBreakpointInCell(text: string): Promise<void> {
    const cell = this.#cellWith(text);
    await cell.locator(".view-line", { hasText: text }).click();
    await this.#page.keyboard.press("F9");
    await cell.locator(".codicon-debug-breakpoint").first().waitFor();
  }

  /** There while code stands in the cell that has a line with this text. */
  stoppedLineInCell(text: string): Locator {
    return this.#cellWith(text).locator(".debug-top-stack-frame-line").first();
  }

  #cellWith(text: string): Locator {
    return this.#page.locator(".code-cell-row", { hasText: text }).last();
  }

  /** Take the entry of the open list that has exactly this label; the file dialog of code-server is such a list. */
  async choose(label: string): Promise<void> {
    const entry = this.#entry(label);
    await entry.click();
    await entry.waitFor({ state: "hidden" });
  }

  #entry(label: string): Locator {
    return this.#page
      .locator(".quick-input-widget .monaco-list-row")
      .filter({ has: this.#page.getByText(label, { exact: true }) })
      .first();
  }

  /** Take an entry of a row's context menu. */
  async menu(row: Locator, title: string): Promise<void> {
    await row.click({ button: "right" });
    const entry = this.#page.locator(".monaco-menu .action-item").getByText(title, { exact: true });
    await entry.waitFor();
    await waitUntil(`"${title}" is taken from the menu`, async () => {
      await entry.click({ timeout: 1000 }).catch(() => undefined); // a menu that has just opened takes no click
      return (await entry.count()) === 0;
    });
  }

  /**
   * Click a button that a row shows only under the pointer. A list that is drawn again moves its rows away from a
   * pointer at rest, so the row is pointed at until its button takes the click.
   */
  async clickInRow(row: Locator, button: Locator): Promise<void> {
    await waitUntil("the button of a row takes a click", async () => {
      try {
        await row.hover({ timeout: 5000 });
        await button.click({ timeout: 5000 });
        return true;
      } catch {
        return false;
      }
    });
  }

  /** Answer an input box. */
  async answer(text: string): Promise<void> {
    await this.#page.locator(".quick-input-widget .quick-input-list").waitFor({ state: "hidden" });
    const input = this.#page.locator(".quick-input-widget input").first();
    await input.fill(text);
    await input.press("Enter");
  }

  /** Our item of the status bar. */
  status(text: string | RegExp): Locator {
    return this.#page.locator('.statusbar-item[id^="whiskertoolbox"]', { hasText: text });
  }

  notification(text: string | RegExp): Locator {
    return this.#page.locator(".notification-toast", { hasText: text });
  }

  /** The bar with Continue, Step Over …: there while code is being debugged. */
  get debugToolbar(): Locator {
    return this.#page.locator(".debug-toolbar");
  }

  /** The marked line at which code has stopped. */
  get stoppedLine(): Locator {
    return this.#page.locator(".debug-top-stack-frame-line").first();
  }

  /** Keep what the screen shows in the middle of a test. */
  async screenshot(name: string): Promise<void> {
    await this.#page.screenshot({ path: join(results, `${name}.png`) });
  }

  async press(key: string): Promise<void> {
    await this.#page.keyboard.press(key);
  }

  /**
   * Open a quick pick by a key, type, and take the entry that has exactly this label. The palette lists what could
   * be done when it was opened: what becomes possible a moment later is found by opening it again.
   */
  private async pick(key: string, text: string, label: string): Promise<void> {
    const input = this.#page.locator(".quick-input-widget input").first();
    await waitUntil(`"${label}" is offered`, async () => {
      await this.#page.keyboard.press(key);
      await input.waitFor();
      await input.fill(text);
      try {
        await this.#entry(label).waitFor({ timeout: 15_000 });
        return true;
      } catch {
        await input.press("Escape");
        await input.waitFor({ state: "hidden" });
        return false;
      }
    });
    await this.choose(label);
  }
}
