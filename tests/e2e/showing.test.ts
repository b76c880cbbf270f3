import type { Frame } from "playwright-core";
import { describe, expect, test } from "vitest";
import { frameWith } from "./harness/pages";
import { useVSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

const themes = [
  ["dark", "Default Dark Modern"],
  ["light", "Default Light Modern"],
] as const;

describe.each(themes)("in a %s theme", (name, theme) => {
  const vscode = useVSCode(`showing-${name}`, { settings: { "workbench.colorTheme": theme } });

  test("data objects show their picture and table in the console", async () => {
    const { workbench, page } = vscode;
    await workbench.showViews();
    await workbench.status("idle").waitFor();
    await workbench.command("WhiskerToolbox: Open Console");
    await workbench.console.enter('dm.getData("whisker_angle")');
    await workbench.console.waitForOutput("AnalogTimeSeries");
    await workbench.console.enter(
      'display(dm.getData("lick_events"), dm.getData("trial_features"), dm.getData("whisker_lines"))',
    );
    await workbench.console.waitForOutput("LineData");
    await frameWith(page, ".whiskertoolbox-data svg"); // a signal and events are drawn
  });

  test("an array is a table, with its heat map, order and filter", async () => {
    const { workbench } = vscode;
    await workbench.console.enter(
      "import numpy as np; table = np.sin(np.arange(400_000).reshape(20_000, 20))",
    );
    const row = await workbench.variables.find("table");
    await workbench.clickInRow(row, row.locator('[aria-label^="Show as Table"]'));
    const table = await frameWith(vscode.page, "regular-table");
    await waitForCell(table, "0.841471");
    await table.getByRole("button", { name: "Heat Map" }).click();
    await table.locator("td.shaded").first().waitFor();
    await table.locator("thead th", { hasText: /^1$/ }).click();
    await waitUntil("the lowest values come first", async () => {
      const [first] = await table.locator("tbody tr td:nth-of-type(2)").allInnerTexts();
      return Number(first) < -0.999;
    });
    await table.getByRole("button", { name: "Insert Code" }).click();
    await workbench.console.waitForInput("table[np.argsort(table[:, 1], kind='stable')]");
    await table.getByLabel("Filter rows").fill("1 > 0.9");
    await table.getByLabel("Filter rows").press("Enter");
    await waitUntil("the filter holds in what is seen", async () => {
      const cells = await table.locator("tbody tr td:nth-of-type(2)").allInnerTexts();
      return cells.length > 5 && cells.every((text) => Number(text) > 0.9);
    });
    expect(await table.locator("td").count()).toBeLessThan(2000); // of 400 000 cells those in sight
  });
});

async function waitForCell(table: Frame, text: string): Promise<void> {
  await table
    .locator("td", { hasText: new RegExp(`^${text}$`) })
    .first()
    .waitFor();
}
