import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { useVSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

const script = `angle = dm.getData("whisker_angle")
licks = dm.getData("lick_event")

`;

const entries = [
  { data_type: "analog", format: "csv", name: "there", filepath: "there.csv" },
  { data_type: "analog", format: "csv", name: "lost", filepath: "lost.csv" },
];

const pipeline = `{
  "steps": [
    {
      "step_id": "contacts",
      "transform_name": "Threshold Interval Detection",
      "input_key": "whisker_angle",
      "parameters": { "threshold_valu": 1.5 }
    }
  ]
}
`;

const layout = `{
  "version": 1,
  "lanes": [
    { "label": "angle", "weight": "heavy", "series": [{ "key": "whisker_angle" }] }
  ]
}
`;

const vscode = useVSCode("language", {
  workspace: async (folder) => {
    await cp(inject("shared").demo, folder, { recursive: true });
    await writeFile(join(folder, "names.py"), script);
    await writeFile(join(folder, "there.csv"), "1\n2\n");
    await writeFile(join(folder, "contacts.pipeline.json"), pipeline);
    await writeFile(join(folder, "two.load.json"), JSON.stringify(entries, null, 2));
    await writeFile(join(folder, "lanes.wtview.json"), layout);
  },
  settings: { "workbench.editorAssociations": { "*.wtview.json": "default" } },
});

async function editorText(): Promise<string> {
  const lines = await vscode.page.locator(".editor-instance .view-line").allTextContents();
  return lines.join("\n").replaceAll(" ", " ");
}

test("a key is completed in a Python file, with its type, size and clock, and once", async () => {
  const { workbench, page } = vscode;
  await workbench.showViews();
  await workbench.status("idle").waitFor();
  await workbench.openFile("names.py");
  await workbench.goToLine(3);
  await page.keyboard.type('dm.getData("whisker_a');
  await page.keyboard.press("Control+Space");
  const rows = page.locator(".suggest-widget.visible .monaco-list-row");
  await rows.filter({ hasText: "whisker_angle" }).first().waitFor();
  await rows.filter({ hasText: "camera" }).first().waitFor();
  await workbench.screenshot("language-completion");
  const labels = await rows.locator(".label-name").allTextContents();
  expect(labels.filter((label) => label === "whisker_angle")).toHaveLength(1);
  await page.keyboard.press("Enter");
  await waitUntil("the key stands in the file", async () =>
    (await editorText()).includes('dm.getData("whisker_angle")\n'.trimEnd()),
  );
});

test("a hover shows what the key stands for, with a picture", async () => {
  const { workbench, page } = vscode;
  await workbench.goToLine(1);
  await page
    .locator(".editor-instance .view-line", { hasText: "angle = " })
    .getByText("whisker_angle")
    .hover();
  const hover = page.locator(".monaco-hover:visible", { hasText: "Analog" });
  await hover.first().waitFor();
  const image = hover.locator("img").first();
  await image.waitFor();
  await workbench.screenshot("language-hover");
  const width = await image.evaluate(
    (element) => (element as unknown as { naturalWidth: number }).naturalWidth,
  );
  expect(width).toBeGreaterThan(100);
  expect(await hover.first().textContent()).toContain("camera");
});

test("a misspelt key is marked, and a quick fix mends it", async () => {
  const { workbench, page } = vscode;
  await workbench.goToLine(2);
  await page.locator(".squiggly-warning").first().waitFor();
  await page.keyboard.press("F8");
  await page.locator(".marker-widget", { hasText: "Did you mean 'lick_events'?" }).waitFor();
  await workbench.screenshot("language-problem");
  await page.keyboard.press("Escape");
  await page.locator(".marker-widget").waitFor({ state: "hidden" });
  const menu = page.locator(".action-widget", { hasText: "Change to 'lick_events'" });
  await waitUntil("the quick fixes are offered", async () => {
    await page.keyboard.press("Control+."); // nothing comes while the editor still computes them for another place
    return menu.waitFor({ timeout: 3_000 }).then(
      () => true,
      () => false,
    );
  });
  await workbench.screenshot("language-quick-fix");
  await page.keyboard.press("Enter");
  await waitUntil("the key is mended", async () =>
    (await editorText()).includes('dm.getData("lick_events")'),
  );
  await page.locator(".squiggly-warning").first().waitFor({ state: "detached" });
});

test("in a load config data files are links, and an entry that cannot be loaded is marked with the reason", async () => {
  const { workbench, page } = vscode;
  await workbench.openFile("two.load.json");
  await page.locator(".editor-instance .detected-link", { hasText: "there.csv" }).waitFor();
  await page.locator(".squiggly-warning").first().waitFor();
  await page.keyboard.press("F8");
  await page.locator(".marker-widget", { hasText: "lost.csv" }).waitFor();
  await workbench.screenshot("language-config");
  await page.keyboard.press("Escape");
  await page.locator(".marker-widget").waitFor({ state: "hidden" });
  const menu = page.locator(".action-widget", { hasText: "Remove this entry" });
  await waitUntil("the quick fixes are offered", async () => {
    await page.keyboard.press("Control+.");
    return menu.waitFor({ timeout: 3_000 }).then(
      () => true,
      () => false,
    );
  });
  await workbench.screenshot("language-config-quick-fix");
  await page.keyboard.press("Escape");
});

test("in a pipeline a parameter that does not exist is marked, and those that do are completed and explained", async () => {
  const { workbench, page } = vscode;
  await workbench.openFile("contacts.pipeline.json");
  await page.locator(".squiggly-warning").first().waitFor();
  await page.keyboard.press("F8");
  await page.locator(".marker-widget", { hasText: "threshold_valu" }).waitFor();
  await page.keyboard.press("Escape");
  await workbench.goToLine(7);
  for (const key of ["End", "ArrowLeft", "ArrowLeft"]) {
    await page.keyboard.press(key);
  }
  await page.keyboard.type(', ""');
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Control+Space");
  const rows = page.locator(".suggest-widget.visible .monaco-list-row");
  await rows.filter({ hasText: "lockout_time" }).first().waitFor();
  await workbench.screenshot("language-pipeline-completion");
  await page.keyboard.press("Escape");
  await page
    .locator(".editor-instance .view-line", { hasText: "transform_name" })
    .getByText("transform_name")
    .hover();
  await page.locator(".monaco-hover:visible", { hasText: "exact name of the transform" }).first().waitFor();
  await workbench.screenshot("language-pipeline-hover");
});

test("in a layout a value that cannot be is marked, and fields are completed and explained", async () => {
  const { workbench, page } = vscode;
  await workbench.openFile("lanes.wtview.json");
  await page.locator(".squiggly-warning").first().waitFor();
  await page.keyboard.press("F8");
  await page.locator(".marker-widget", { hasText: "number" }).waitFor();
  await workbench.screenshot("language-layout-problem");
  await page.keyboard.press("Escape");
  await workbench.goToLine(4);
  await page.keyboard.press("End");
  for (const key of Array<string>("}] }".length).fill("ArrowLeft")) {
    await page.keyboard.press(key);
  }
  await page.keyboard.type(', "');
  await page.keyboard.press("Control+Space");
  const rows = page.locator(".suggest-widget.visible .monaco-list-row");
  await rows.filter({ hasText: "spectrogram" }).first().waitFor();
  await workbench.screenshot("language-layout-completion");
  await page.keyboard.press("Escape");
});
