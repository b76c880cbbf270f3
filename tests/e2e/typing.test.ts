import { test } from "vitest";
import { useVSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

const vscode = useVSCode("typing");

const focusInput = (): Promise<void> => vscode.workbench.console.focusInput();

/** The interpreter is asked at each Enter: nobody types as fast as a test. */
async function cursorIs(text: string): Promise<void> {
  await vscode.page.locator(".statusbar-item", { hasText: text }).waitFor();
}

test("a block is typed line by line, and runs when it is whole", async () => {
  const { workbench, page } = vscode;
  await workbench.showViews();
  await workbench.status("idle").waitFor();
  await workbench.command("WhiskerToolbox: Open Console");
  await focusInput();
  await page.keyboard.type("for i in range(3):");
  await page.keyboard.press("Enter");
  await cursorIs("Ln 2, Col 5");
  await page.keyboard.type("print('row', i)");
  await workbench.screenshot("typing-block");
  await page.keyboard.press("Enter");
  await cursorIs("Ln 3, Col 5");
  await page.keyboard.press("Enter");
  await workbench.console.waitForOutput("row 2");
});

test("Shift+Enter is a line break, and nothing runs", async () => {
  const { workbench, page } = vscode;
  await focusInput();
  await page.keyboard.insertText("first = 'one'");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.insertText("first + ' two'");
  await workbench.console.waitForInput("first = 'one'\nfirst + ' two'");
  await page.keyboard.press("Enter");
  await workbench.console.waitForOutput("'one two'");
});

test("keys of the session are completed inside their string", async () => {
  const { workbench, page } = vscode;
  await focusInput();
  await page.keyboard.type('dm.getData("whisker_a');
  await page.keyboard.press("Control+Space");
  const widget = page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "whisker_angle" });
  await widget.first().waitFor();
  await workbench.screenshot("typing-key-completion");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
});

test("Up searches for what begins as typed, and Down brings the draft back", async () => {
  const { workbench, page } = vscode;
  await focusInput();
  await page.keyboard.insertText("first");
  await page.keyboard.press("ArrowUp");
  await workbench.console.waitForInput("first = 'one'\nfirst + ' two'");
  await page.keyboard.press("ArrowDown"); // within what is shown
  await cursorIs("Ln 2, Col 14");
  await page.keyboard.press("ArrowDown");
  await workbench.console.waitForInput("first");
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
});

test("the transcript and the history are there again after the window was reloaded", async () => {
  const { workbench, page } = vscode;
  await page.reload();
  await page.locator(".monaco-workbench .statusbar-item").first().waitFor();
  await workbench.status("idle").waitFor();
  await workbench.command("WhiskerToolbox: Open Console");
  await workbench.console.waitForOutput("row 2");
  await workbench.screenshot("typing-after-reload");
  await focusInput();
  await page.keyboard.press("ArrowUp");
  await workbench.console.waitForInput("first = 'one'\nfirst + ' two'");
});

test("closing the tab and opening the console again brings the transcript back, Clear throws it away", async () => {
  const { workbench } = vscode;
  await focusInput();
  await workbench.command("View: Close Editor");
  await workbench.console.window.waitFor({ state: "detached" });
  await workbench.command("WhiskerToolbox: Open Console");
  await workbench.console.waitForOutput("row 2");
  await workbench.screenshot("typing-reopened");
  await workbench.command("WhiskerToolbox: Clear Console");
  await waitUntil(
    "nothing is left",
    async () => !(await workbench.console.outputs()).join("").includes("row 2"),
  );
});
