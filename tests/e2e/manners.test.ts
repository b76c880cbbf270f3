// A folder of Python files that has no session: nothing of ours happens in it until the user asks for it.

import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useVSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

const vscode = useVSCode("manners", {
  workspace: (folder) => writeFile(join(folder, "hello.py"), 'print("hello from", "a session")\n'),
  settings: { "whiskertoolbox.startAutomatically": "withSession" },
});

test("a Python folder without a session starts nothing and gets no folder of ours", async () => {
  const { workbench, page, workspace } = vscode;
  await workbench.openFile("hello.py");
  await workbench.status("WhiskerToolbox").waitFor();
  await page.keyboard.press("Shift+Enter"); // the editor's own: it opens a line
  await page.locator(".tab.dirty", { hasText: "hello.py" }).waitFor();
  expect(await workbench.status(/idle|busy|starting/).count()).toBe(0);
  expect(existsSync(join(workspace, ".whiskertoolbox"))).toBe(false);
});

test("the view says what one click will do, and starts nothing when it is opened", async () => {
  const { workbench, page, workspace } = vscode;
  await workbench.showViews();
  await page.getByText("There is no session in this folder yet.").waitFor();
  await page.getByText("Data is kept in the folder .whiskertoolbox; your files are not changed.").waitFor();
  expect(existsSync(join(workspace, ".whiskertoolbox"))).toBe(false);
});

test("the click starts a session, which is empty", async () => {
  const { workbench, page, workspace } = vscode;
  await page.getByRole("button", { name: "Start Session" }).click();
  await workbench.status("idle").waitFor();
  await page.getByText("The session holds no data yet.").waitFor();
  expect(existsSync(join(workspace, ".whiskertoolbox"))).toBe(true);
});

test("from then on Shift+Enter runs code", async () => {
  const { workbench, page } = vscode;
  await workbench.openFile("hello.py");
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Shift+Enter");
  await workbench.console.waitForOutput("hello from a session");
});

test("the setting leaves Shift+Enter to the editor while a session runs", async () => {
  const { workbench, page } = vscode;
  await chooseShiftEnter("never");
  await workbench.openFile("hello.py");
  await page.keyboard.press("Control+Home");
  await waitUntil("Shift+Enter opens a line", async () => {
    await page.keyboard.press("Shift+Enter"); // VS Code reads the setting a moment after it is written
    return (await page.locator(".tab.dirty", { hasText: "hello.py" }).count()) > 0;
  });
  await workbench.command("File: Revert File");
});

test("the setting starts a session with Shift+Enter where none runs", async () => {
  const { workbench, page } = vscode;
  await workbench.command("WhiskerToolbox: Stop Session");
  await workbench.status(/^\s*WhiskerToolbox\s*$/).waitFor();
  await chooseShiftEnter("always");
  await workbench.openFile("hello.py");
  await page.keyboard.press("Control+Home");
  await waitUntil("Shift+Enter starts a session", async () => {
    await page.keyboard.press("Shift+Enter");
    return (await workbench.status(/idle|busy|starting/i).count()) > 0;
  });
  await workbench.console.waitForOutput("hello from a session");
});

async function chooseShiftEnter(value: "always" | "never"): Promise<void> {
  const folder = join(vscode.workspace, ".vscode");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "settings.json"), JSON.stringify({ "whiskertoolbox.run.shiftEnter": value }));
}
