import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Frame, Locator } from "playwright-core";
import { describe, expect, inject, test } from "vitest";
import { frameWith } from "./harness/pages";
import { Tree } from "./harness/tree";
import { useVSCode, type VSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

const mine = `import time
from pathlib import Path

import whiskertoolbox_python as wt


@wt.transform(name="Halve")
def halve(signal: wt.AnalogTimeSeries, by: float = 2.0) -> wt.AnalogTimeSeries:
    """Divide a signal."""
    return wt.AnalogTimeSeries.from_array(signal.values / by, signal.times)


@wt.transform(name="Give Up")
def give_up(signal: wt.AnalogTimeSeries) -> wt.AnalogTimeSeries:
    """Find no whisker."""
    raise ValueError("no whisker to be seen")


@wt.transform(name="Never End")
def never_end(signal: wt.AnalogTimeSeries) -> wt.AnalogTimeSeries:
    """Wait."""
    print("it has begun", flush=True)
    while True:
        time.sleep(0.01)


@wt.transform(name="Wait For It")
def wait_for_it(signal: wt.AnalogTimeSeries) -> wt.AnalogTimeSeries:
    """Wait for a file."""
    while not Path(__file__).with_name("go.txt").exists():
        time.sleep(0.01)
    return wt.AnalogTimeSeries.from_array(signal.values, signal.times)


@wt.transform(name="Mended Later")
def mended_later(signal: wt.AnalogTimeSeries) -> wt.AnalogTimeSeries:
    """Fail where the signal begins below 0, until there is a file."""
    if signal.values[0] < 0 and not Path(__file__).with_name("mended.txt").exists():
        raise ValueError("it begins below 0")
    return wt.AnalogTimeSeries.from_array(signal.values, signal.times)
`;

async function withTransforms(folder: string): Promise<void> {
  await cp(inject("shared").demo, folder, { recursive: true });
  await mkdir(join(folder, "transforms"));
  await writeFile(join(folder, "transforms", "mine.py"), mine);
}

/** The field of a form with this name. */
const field = (page: Frame, name: string): Locator =>
  page.locator("main .row", { has: page.getByText(name, { exact: true }) }).locator("input, select");

/** What is said of the preview. */
const preview = (page: Frame, text: string | RegExp): Locator =>
  page.locator("summary span", { hasText: text });

const steps = (page: Frame): Promise<string[]> => page.locator(".step span:first-child").allInnerTexts();

/** Take an entry of a list that is longer than what one sees of it. */
async function chooseTransform({ page, workbench }: VSCode, name: string): Promise<void> {
  const input = page.locator(".quick-input-widget input").first();
  await page.locator(".quick-input-title", { hasText: /^Transform ./ }).waitFor();
  await input.fill(name);
  await workbench.choose(name);
}

describe("in a dark theme", () => {
  const vscode = useVSCode("transforms-dark", {
    workspace: withTransforms,
    settings: { "workbench.colorTheme": "Default Dark Modern" },
  });
  const pipeline = (): Promise<Frame> => frameWith(vscode.page, ".steps");

  test("a function of the workspace is offered for a key, filled in and run", async () => {
    const { workbench } = vscode;
    await workbench.showViews();
    await workbench.status("idle").waitFor();
    await workbench.menu(await workbench.dataKeys.find("whisker_angle"), "Transform…");
    await chooseTransform(vscode, "Halve");
    const page = await pipeline();
    await field(page, "by").fill("fast");
    await page.getByText("Type a number.").waitFor();
    await preview(page, /where it begins/).waitFor();
    await field(page, "by").fill("4");
    await field(page, "Output key").fill("quarter");
    await workbench.screenshot("transforms-form-dark");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText("Done.", { exact: true }).waitFor();
    await workbench.dataKeys.find("quarter");
    await workbench.console.enter("dm.provenance('quarter').parameters");
    await workbench.console.waitForOutput("{'by': 4.0}");
  });

  test("one that fails says why", async () => {
    const { workbench } = vscode;
    const page = await pipeline();
    await page.getByRole("button", { name: "Add Step…" }).click();
    await workbench.choose("whisker_angle");
    await chooseTransform(vscode, "Give Up");
    await preview(page, "no whisker to be seen").waitFor();
    await page.getByRole("button", { name: "Run Step" }).click();
    await page.getByText(/Failed: .*no whisker to be seen/).waitFor();
    await workbench.screenshot("transforms-failed-dark");
  });

  test("one that does not end is cancelled", async () => {
    const { workbench } = vscode;
    const page = await pipeline();
    await page.locator(".steps").press("Delete");
    await waitUntil("the step is gone", async () => (await steps(page)).length === 1);
    await page.getByRole("button", { name: "Add Step…" }).click();
    await workbench.choose("whisker_angle");
    await chooseTransform(vscode, "Never End");
    await page.getByRole("button", { name: "Run Step" }).click();
    await workbench.console.waitForOutput("it has begun");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled.", { exact: true }).waitFor();
    await page.locator(".steps").press("Delete");
  });

  test("a step takes what another makes; steps are moved, saved and opened", async () => {
    const { workbench, workspace, page: window } = vscode;
    const page = await pipeline();
    await page.getByRole("button", { name: "Add Step…" }).click();
    await workbench.choose("quarter");
    await chooseTransform(vscode, "Threshold Interval Detection");
    await field(page, "Output key").fill("contacts");
    await page.getByRole("button", { name: "Add Step…" }).click();
    await workbench.choose("contacts");
    await chooseTransform(vscode, "Group Intervals");
    await waitUntil("three steps are there", async () => (await steps(page)).length === 3);
    await page.locator(".steps").press("Alt+ArrowUp");
    expect(await steps(page)).toEqual(["1. Halve", "2. Group Intervals", "3. Threshold Interval Detection"]);
    await page.locator("#step-1").dragTo(page.locator("#step-2"));
    expect(await steps(page)).toEqual(["1. Halve", "2. Threshold Interval Detection", "3. Group Intervals"]);
    await page.getByRole("button", { name: "Save As…" }).click();
    const file = join(workspace, "bouts.json");
    const name = window.locator(".quick-input-widget input").first();
    await waitUntil("a name is proposed", async () => (await name.inputValue()).endsWith("pipeline.json"));
    await name.fill(file);
    await name.press("Enter");
    await page.getByText("Saved as bouts.json.").waitFor();
    const saved = JSON.parse(await readFile(file, "utf8")) as { steps: { transform_name: string }[] };
    expect(saved.steps.map((step) => step.transform_name)).toEqual([
      "Halve",
      "Threshold Interval Detection",
      "Group Intervals",
    ]);
    for (let count = 3; count > 0; count--) {
      await page.locator(".steps").press("Delete");
    }
    await page.getByText("Add a step:").waitFor();
    await workbench.screenshot("transforms-empty-dark");
    await page.getByRole("button", { name: "Open…" }).click();
    await workbench.choose("bouts.json");
    await waitUntil("three steps are there", async () => (await steps(page)).length === 3);
    await page.getByRole("button", { name: "Run All" }).click();
    await page.getByText("Done.", { exact: true }).waitFor();
    await workbench.dataKeys.find("contacts_group_intervals");
    await workbench.screenshot("transforms-pipeline-dark");
  });

  test("a pipeline is put into the console as Python", async () => {
    const page = await pipeline();
    await page.getByRole("button", { name: "Insert Python" }).click();
    await waitUntil("the code is in the console's input", async () => {
      const text = await vscode.workbench.console.window
        .locator(".input-editor-container .view-lines")
        .innerText();
      return text.includes('wt.step("Threshold');
    });
  });
});

describe("a batch", () => {
  const vscode = useVSCode("batch", {
    workspace: withTransforms,
    settings: { "workbench.colorTheme": "Default Light Modern" },
  });
  const batches = (): Tree => new Tree(vscode.page, "Batches");

  test("shows how far it is and what failed, and runs that again", async () => {
    const { workbench, workspace } = vscode;
    await workbench.showViews();
    await workbench.status("idle").waitFor();
    await workbench.menu(await workbench.dataKeys.find("whisker_angle"), "Transform…");
    await chooseTransform(vscode, "Mended Later");
    const page = await frameWith(vscode.page, ".steps");
    await field(page, "Output key").fill("mended");
    await page.getByRole("button", { name: "Batch…" }).click();
    await workbench.choose("trial_intervals");
    const label = "Mended Later over trial_intervals";
    const row = await batches().find(/^15 of 15, [1-9]\d* failed/, label);
    await workbench.status("idle").waitFor();
    await vscode.page
      .locator(".pane .monaco-list-row", { hasText: "ValueError: it begins below 0" })
      .first()
      .click();
    await vscode.page.locator(".view-line", { hasText: "raise ValueError" }).waitFor();
    await workbench.screenshot("batch-errors-light");
    await writeFile(join(workspace, "transforms", "mended.txt"), "");
    await workbench.clickInRow(row, row.getByRole("button", { name: "Run the Failed Again" }));
    await batches().find(/^(\d+) of \1 ·/, label);
    await workbench.dataKeys.find("mended");
    await workbench.screenshot("batch-again-light");
  });

  test("is cancelled from its row, and goes on from there", async () => {
    const { workbench, workspace } = vscode;
    await workbench.command("WhiskerToolbox: Pipeline");
    const page = await frameWith(vscode.page, ".steps");
    await page.locator(".steps").press("Delete");
    await page.getByRole("button", { name: "Add Step…" }).click();
    await workbench.choose("whisker_angle");
    await chooseTransform(vscode, "Wait For It");
    await page.getByRole("button", { name: "Batch…" }).click();
    await workbench.choose("trial_intervals");
    const label = "Wait For It over trial_intervals";
    const row = await batches().find(/^0 of 15/, label);
    await workbench.screenshot("batch-running-light");
    await workbench.clickInRow(row, row.getByRole("button", { name: "Cancel" }));
    const cancelled = await batches().find(/^cancelled · 0 of 15/, label);
    await workbench.status("idle").waitFor();
    await workbench.screenshot("batch-cancelled-light");
    await writeFile(join(workspace, "transforms", "go.txt"), "");
    await workbench.clickInRow(cancelled, cancelled.getByRole("button", { name: "Go On with the Rest" }));
    await batches().find(/^15 of 15 ·/, label);
    await workbench.dataKeys.find("whisker_angle_wait_for_it");
  });
});

describe("in a light theme", () => {
  const vscode = useVSCode("transforms-light", {
    settings: { "workbench.colorTheme": "Default Light Modern" },
  });

  test("a built-in transform is found in the view, and its form is filled in", async () => {
    const { workbench } = vscode;
    await workbench.showViews();
    await workbench.status("idle").waitFor();
    await workbench.command("WhiskerToolbox: Focus on Transforms View");
    const transforms = new Tree(vscode.page, "Transforms");
    await (await transforms.find("Analog")).click();
    await (await transforms.find("Threshold Event Detection")).click();
    await workbench.choose("whisker_angle");
    const page = await frameWith(vscode.page, ".steps");
    await field(page, "threshold_value").fill("5");
    await preview(page, /where it begins.* events/).waitFor();
    await workbench.command("WhiskerToolbox: Open Console");
    await workbench.console.enter("wt.view('whisker_angle', window=(30000, 60000))");
    await preview(page, /as in the viewer/).waitFor();
    await workbench.command("WhiskerToolbox: Pipeline");
    await workbench.screenshot("transforms-form-light");
    await field(page, "threshold_value").fill("1e6");
    await preview(page, /as in the viewer.* 0 events/).waitFor();
    await field(page, "threshold_value").fill("5");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText("Done.", { exact: true }).waitFor();
    await workbench.dataKeys.find("whisker_angle_event_detection");
    await workbench.screenshot("transforms-run-light");
  });
});
