import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useVSCode } from "./harness/vscode";

const vscode = useVSCode("trust", {
  isTrusted: false,
  workspace: (folder) => writeFile(join(folder, "hello.py"), 'print("hello from", "a trusted folder")\n'),
});

test("in a workspace that is not trusted no session is started, and the view says why", async () => {
  const { workbench, page, workspace } = vscode;
  await workbench.showViews();
  await page.getByText("it starts only in a trusted workspace").waitFor();
  await page.getByRole("button", { name: "Manage Workspace Trust" }).waitFor();
  await workbench.command("WhiskerToolbox: Focus on Environment View");
  await page.getByText("A Python of this folder is run only in a trusted workspace").waitFor();
  expect(await workbench.status(/idle|busy|starting/).count()).toBe(0);
  expect(existsSync(join(workspace, ".whiskertoolbox"))).toBe(false);
});

test("running code asks for trust, which starts the session and runs it", async () => {
  const { workbench, page } = vscode;
  await workbench.openFile("hello.py");
  await workbench.command("WhiskerToolbox: Run File");
  await page
    .locator(".monaco-dialog-box")
    .getByRole("button", { name: /^Trust .* Continue$/ })
    .click();
  await workbench.console.waitForOutput("hello from a trusted folder");
  await workbench.status("idle").waitFor();
});
