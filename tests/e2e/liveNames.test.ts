import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "vitest";
import { useVSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

const measures = `measures = {"mean angle": 12.5, "trials": 15}
measures
`;

const vscode = useVSCode("live-names", {
  workspace: (folder) => writeFile(join(folder, "measures.py"), measures),
  settings: { "whiskertoolbox.language.inlayHints": true },
});

test("a variable that ran is explained in its file as it is, and its keys are completed", async () => {
  const { workbench, page } = vscode;
  await workbench.openFile("measures.py");
  await workbench.command("WhiskerToolbox: Run File");
  await page.locator(".monaco-list-row", { hasText: "measures" }).first().waitFor();
  await workbench.status("idle").waitFor();
  await workbench.openFile("measures.py");
  const first = page.locator(".editor-instance .view-line", { hasText: "measures = " });
  await waitUntil("the hover is shown", async () => {
    await page.mouse.move(0, 0);
    await first.getByText("measures").first().hover();
    const shown = page.locator(".monaco-hover:visible", { hasText: "2 items" }).first();
    return shown.waitFor({ timeout: 5_000 }).then(
      () => true,
      () => false,
    );
  });
  await workbench.screenshot("live-names-hover");
  await workbench.goToLine(2);
  await page.keyboard.press("End");
  await page.keyboard.type('["');
  const row = page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "mean angle" }).first();
  await waitUntil("the keys are offered", async () => {
    await page.keyboard.press("Escape"); // what is shown may be what the editor has found first
    await page.keyboard.press("Control+Space");
    return row.waitFor({ timeout: 5_000 }).then(
      () => true,
      () => false,
    );
  });
  await workbench.screenshot("live-names-keys");
});

test("the shape of what an assignment has made stands behind it, until it is edited", async () => {
  const { workbench, page } = vscode;
  await page.keyboard.press("Escape");
  const line = page.locator(".editor-instance .view-line", { hasText: "measures = " }).first();
  const text = async (): Promise<string> => ((await line.textContent()) ?? "").replaceAll("\u00A0", " ");
  await waitUntil("the shape is shown", async () => (await text()).includes("2 items"));
  await workbench.screenshot("live-names-inlay");
  await workbench.goToLine(1);
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.type(', "more": 1');
  await waitUntil("it is gone", async () => !(await text()).includes("2 items"));
});
