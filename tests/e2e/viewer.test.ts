import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Frame, Locator } from "playwright-core";
import { expect, test } from "vitest";
import { useVSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

const vscode = useVSCode("viewer");

const layout = {
  version: 1,
  time: 100_050,
  window: [45_000, 255_000],
  lanes: [
    ...["whisker_angle", "lfp_0", "lfp_1", "lick_events"].map((key) => ({
      label: key,
      weight: 1,
      series: [{ key }],
    })),
    { label: "trials", weight: 1, behind: true, series: [{ key: "trial_intervals", color: "#89d185" }] },
  ],
  pictures: [
    {
      key: "whisker_video",
      overlays: [{ key: "whisker_lines" }, { key: "tracked_c1_tip" }, { key: "tracked_c2_tip" }],
    },
  ],
};

/** The viewer's page, which is a frame in a frame. */
async function viewerFrame(): Promise<Frame> {
  let found: Frame | undefined;
  await waitUntil("the viewer's page is there", async () => {
    for (const frame of vscode.page.frames()) {
      if (
        (await frame
          .locator(".toolbar output")
          .count()
          .catch(() => 0)) > 0
      ) {
        found = frame;
      }
    }
    return found !== undefined;
  });
  if (found === undefined) {
    throw new Error("There is no viewer.");
  }
  return found;
}

async function lanes(): Promise<Locator> {
  return (await viewerFrame()).locator(".lanes canvas");
}

async function waitForLabel(text: RegExp): Promise<void> {
  const canvas = await lanes();
  await waitUntil(`the lanes are ${String(text)}`, async () =>
    text.test((await canvas.getAttribute("aria-label")) ?? ""),
  );
}

test("a layout file opens as a viewer with video and lanes, in every theme", async () => {
  const { workbench, workspace, page } = vscode;
  await writeFile(join(workspace, "demo.wtview.json"), JSON.stringify(layout));
  await workbench.showViews();
  await workbench.status("idle").waitFor();
  await workbench.press("Control+P");
  await page.locator(".quick-input-widget input").first().fill("demo.wtview.json");
  await workbench.choose("demo.wtview.json");
  await waitForLabel(/whisker_angle \(signal\).*lick_events \(ticks\)/);
  const frame = await viewerFrame();
  await frame.locator("figcaption", { hasText: "frame 1,417 of 2,500" }).waitFor();
  for (const theme of ["Dark Modern", "Light Modern", "Dark High Contrast"]) {
    await workbench.command("Preferences: Color Theme").catch(() => undefined);
    await page.locator(".quick-input-widget input").first().fill(theme);
    await workbench.choose(theme);
    await workbench.screenshot(`viewer-${theme.replaceAll(" ", "-")}`);
  }
});

test("Show on a key opens the viewer, and what code stores is drawn while it runs", async () => {
  const { workbench, page } = vscode;
  await workbench.console.enter(
    'import numpy as np, time; dm.setData("live", wt.AnalogTimeSeries(np.zeros(100), 100), "time")',
  );
  await workbench.command("View: Close All Editors");
  const row = await workbench.dataKeys.find("live");
  await row.hover();
  await row.locator('[aria-label^="Show"]').click();
  await waitForLabel(/live \(signal\)/);
  await page.locator(".tab", { hasText: "Viewer" }).waitFor();
});

test("a layout that is changed in the viewer is saved as any file", async () => {
  const { workbench, workspace, page } = vscode;
  await workbench.press("Control+P");
  await page.locator(".quick-input-widget input").first().fill("demo.wtview.json");
  await workbench.choose("demo.wtview.json");
  const frame = await viewerFrame();
  await frame.locator('button[aria-label^="Set or remove a bookmark"]').click();
  await page.locator('.tab.dirty[data-resource-name="demo.wtview.json"]').waitFor();
  await workbench.press("Control+S");
  await waitUntil("the bookmark is in the file", async () => {
    const { bookmarks } = JSON.parse(await readFile(join(workspace, "demo.wtview.json"), "utf8")) as {
      readonly bookmarks?: readonly object[];
    };
    return bookmarks?.length === 1;
  });
  expect(true).toBe(true);
});
