import type { Frame } from "playwright-core";
import { describe, expect, test } from "vitest";
import { frameWith } from "./harness/pages";
import { useVSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

const themes = [
  ["dark", "Default Dark Modern"],
  ["light", "Default Light Modern"],
] as const;

/** A camera that runs 100 ppm fast and misses a pulse, beside a board: the same pulses at uneven intervals. */
const twoDevices = `import numpy as np
moments = np.cumsum(np.random.default_rng(5).uniform(0.5, 1.5, 60))
seen = np.delete(np.rint(moments * 500 * (1 + 1e-4)), 20).astype(int)
dm.setTime("eye_camera", wt.TimeFrame(range(40_000), ticks_per_second=500))
dm.setTime("board", wt.TimeFrame(range(800_000), ticks_per_second=10_000))
dm.setData("flashes", wt.DigitalEventSeries(seen), "eye_camera")
dm.setData("ttl", wt.DigitalEventSeries(np.rint(moments * 10_000).astype(int)), "board")`;

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

  test("clocks of two devices are synchronised step by step, and the residuals are drawn", async () => {
    const { workbench, page } = vscode;
    await workbench.console.enter(twoDevices);
    await workbench.dataKeys.find("flashes");
    await workbench.command("WhiskerToolbox: Synchronise Clocks…");
    await workbench.choose("Pulses on Both Devices");
    await workbench.choose("flashes");
    await workbench.choose("ttl");
    await workbench.console.waitForOutput(/59 pulses match.*1 pulse missing on the device, first 20/s);
    await page.getByPlaceholder("Keep the clock?").waitFor();
    await workbench.screenshot(`synchronised-${name}`);
    await workbench.choose('Store It, and Put All Data of "eye_camera" on It');
    await workbench.answer("eye_on_board");
    await workbench.dataKeys.find("flashes", "eye_on_board");
  });

  test("the tooltip of a key says what its file said of it", async () => {
    const { workbench, page } = vscode;
    const known = '{"unit": "deg/s", "electrode": {"location": "S1"}}';
    await workbench.console.enter(`dm.getData("ttl").attributes = ${known}; print("attributes are there")`);
    await workbench.console.waitForOutput("attributes are there");
    await (await workbench.dataKeys.find("ttl")).hover();
    await page.locator(".workbench-hover", { hasText: /Unit.*deg\/s.*Electrode.*location S1/s }).waitFor();
    await workbench.screenshot(`key-tooltip-${name}`);
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
