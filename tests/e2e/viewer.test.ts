import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Frame, Locator } from "playwright-core";
import { test } from "vitest";
import { frameWith } from "./harness/pages";
import { useVSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

const vscode = useVSCode("viewer");

const layout = {
  version: 1,
  time: 100_050,
  window: [45_000, 255_000],
  lanes: [
    ...["whisker_angle", "lfp_0"].map((key) => ({ label: key, weight: 1, series: [{ key }] })),
    { label: "power", weight: 1, series: [{ key: "lfp_0", spectrogram: true, lowPass: 60 }] },
    { label: "lick_events", weight: 1, series: [{ key: "lick_events" }] },
    { label: "trials", weight: 1, behind: true, series: [{ key: "trial_intervals", color: "#89d185" }] },
  ],
  pictures: [
    {
      key: "whisker_video",
      trail: 40,
      overlays: [
        { key: "whisker_lines" },
        { key: "tracked_c1_tip" },
        { key: "tracked_c2_tip" },
        { key: "trial_intervals", color: "#89d185" },
      ],
    },
  ],
};

const viewerFrame = (): Promise<Frame> => frameWith(vscode.page, ".toolbar .clock");

async function lanes(): Promise<Locator> {
  return (await viewerFrame()).locator(".lanes > canvas");
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
  await waitForLabel(/whisker_angle \(signal\).*power \(spectrogram\).*lick_events \(ticks\)/);
  const frame = await viewerFrame();
  await frame.locator("figcaption", { hasText: "frame 1,417 of 2,500" }).waitFor();
  const themes = {
    "Dark Modern": "vscode-dark",
    "Light Modern": "vscode-light",
    "Dark High Contrast": "vscode-high-contrast",
  };
  for (const [theme, kind] of Object.entries(themes)) {
    await workbench.command("Preferences: Color Theme").catch(() => undefined);
    await page.locator(".quick-input-widget input").first().fill(theme);
    await workbench.choose(theme);
    await frame.locator(`body.${kind}`).waitFor();
    await frame.evaluate(
      () =>
        new Promise((resolve) => {
          requestAnimationFrame(() => {
            requestAnimationFrame(resolve);
          });
        }),
    );
    await workbench.screenshot(`viewer-${theme.replaceAll(" ", "-")}`);
  }
});

test("Show on a key opens the viewer, and what code stores is drawn while it runs", async () => {
  const { workbench } = vscode;
  await workbench.command("View: Close All Editors");
  const row = await workbench.dataKeys.find("lick_events");
  await workbench.clickInRow(row, row.locator('.action-label[aria-label^="Show"]').first());
  await waitForLabel(/lick_events \(ticks\)/);

  await workbench.command("WhiskerToolbox: Open Console");
  await workbench.console.enter(
    [
      "import time",
      'wt.plot(wt.DigitalEventSeries([1, 2]), name="live")',
      "while wt.viewer.time < 5: time.sleep(0.01)",
      'dm.getData("live").addEvent(3)',
      'print("seen", wt.viewer.time)',
    ].join("\n"),
  );
  await waitForLabel(/live \(ticks\)/); // the code runs still
  const frame = await viewerFrame();
  await frame.locator(".lanes > canvas").press("End");
  await workbench.console.waitForOutput(/seen \d+/);
});

test("a data object among the variables is shown in the viewer, under a key of its name", async () => {
  const { workbench } = vscode;
  await workbench.command("View: Close All Editors");
  await workbench.command("WhiskerToolbox: Open Console");
  await workbench.console.enter("fresh = wt.DigitalEventSeries([4, 8])");
  await workbench.menu(await workbench.variables.find("fresh"), "Show in Viewer");
  await workbench.dataKeys.find("fresh");
  await waitForLabel(/fresh \(ticks\)/);
});

test("a layout that is changed in the viewer is saved as any file", async () => {
  const { workbench, workspace, page } = vscode;
  await workbench.command("View: Close All Editors");
  await workbench.showViews();
  await workbench.press("Control+P");
  await page.locator(".quick-input-widget input").first().fill("demo.wtview.json");
  await workbench.choose("demo.wtview.json");
  const frame = await viewerFrame();
  await frame.locator('button[aria-label^="Set or remove a bookmark"]').click();
  await page.locator('.tab.dirty[data-resource-name="demo.wtview.json"]').waitFor();
  await workbench.press("Control+S");
  await waitUntil("the bookmark is in the file", async () => {
    const text = await readFile(join(workspace, "demo.wtview.json"), "utf8");
    return bookmarksIn(text) === 1;
  });
});

function bookmarksIn(layoutText: string): number {
  try {
    return (JSON.parse(layoutText) as { bookmarks: unknown[] }).bookmarks.length;
  } catch {
    return 0; // half written
  }
}
