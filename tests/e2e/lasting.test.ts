import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { keysInStore } from "./harness/commandLine";
import { useVSCode } from "./harness/vscode";
import { hasEnded, waitUntil } from "./harness/waiting";
import { Workbench } from "./harness/workbench";

const vscode = useVSCode("lasting");

const loop = `import time
from pathlib import Path

ticks = 0
print("the loop begins")
while not Path("enough").exists():
    ticks += 1
    print("tick", ticks)
    time.sleep(0.2)
print("the loop ends")
`;

const halves = `def half(number):
    result = number / 2
    return result


half(7)
print("halved")
`;

const doubles = `number = 21
twice = 2 * number
print("doubled", twice)
`;

test("a loop that prints goes on while the window reloads, and its variables are there", async () => {
  const { workbench, page, workspace } = vscode;
  await writeFile(join(workspace, "loop.py"), loop);
  await workbench.showViews();
  await workbench.openFile("loop.py");
  await workbench.command("WhiskerToolbox: Run File");
  await workbench.console.waitForOutput("tick 3");
  await page.reload();
  await page.locator(".monaco-workbench .statusbar-item").first().waitFor();
  await workbench.status("busy").waitFor();
  await workbench.console.waitForOutput("the loop begins");
  await writeFile(join(workspace, "enough"), "");
  await workbench.console.waitForOutput("the loop ends");
  await workbench.screenshot("lasting-after-reload");
  await workbench.status("idle").waitFor();
  await workbench.variables.find("ticks");
  await workbench.console.enter("'still', ticks > 2");
  await workbench.console.waitForOutput("('still', True)");
});

test("code that stands for one window is looked at from another, and each debugs when it is its turn", async () => {
  const { workbench, page, workspace } = vscode;
  await writeFile(join(workspace, "halves.py"), halves);
  await writeFile(join(workspace, "doubles.py"), doubles);
  const other = await secondWindow(page);
  await other.workbench.showViews();
  await workbench.openFile("halves.py");
  await workbench.setBreakpoint(3);
  await workbench.command("WhiskerToolbox: Run File");
  await workbench.stoppedLine.waitFor();
  await workbench.screenshot("lasting-stopped-here");

  await other.workbench.status("stopped").waitFor();
  await other.workbench.variables.find("result");
  await other.page.getByText("Stopped in half(), line 3 of halves.py").waitFor();
  await other.workbench.command("WhiskerToolbox: Open Console");
  await other.workbench.console.enter("result * 100");
  await other.workbench.console.waitForOutput("350.0");
  await other.workbench.openFile("doubles.py");
  await other.workbench.setBreakpoint(3);
  await other.workbench.command("WhiskerToolbox: Run File");
  await other.workbench.notification("is being debugged in another window").waitFor();
  await other.workbench.screenshot("lasting-stopped-elsewhere");
  await workbench.press("F5");
  await workbench.console.waitForOutput("halved");
  await other.workbench.console.waitForOutput("doubled 42");
  await workbench.status("idle").waitFor();

  await other.workbench.openFile("doubles.py");
  await other.workbench.command("WhiskerToolbox: Run File");
  await other.workbench.stoppedLine.waitFor();
  await workbench.status("stopped").waitFor();
  await workbench.screenshot("lasting-other-stopped");
  await workbench.command("WhiskerToolbox: Interrupt Execution");
  await other.workbench.stoppedLine.waitFor({ state: "hidden" });
  await other.workbench.console.waitForOutput("KeyboardInterrupt");
  await workbench.status("idle").waitFor();
  await other.page.close();
});

async function secondWindow(page: Page): Promise<{ readonly page: Page; readonly workbench: Workbench }> {
  const second = await page.context().newPage();
  second.setDefaultTimeout(90_000);
  await second.goto(page.url());
  await second.locator(".monaco-workbench .statusbar-item").first().waitFor();
  const workbench = new Workbench(second);
  await workbench.status("idle").waitFor();
  return { page: second, workbench };
}

test("a second window shares the interpreter, and Stop Session ends it for both", async () => {
  const { workbench, page, workspace } = vscode;
  const before = (await keysInStore(workspace)).map(({ key }) => key);
  const { page: second, workbench: other } = await secondWindow(page);
  await other.showViews();
  await other.variables.find("ticks");
  await other.command("WhiskerToolbox: Open Console");
  await other.console.enter("seen_by = 'both'");
  await workbench.variables.find("seen_by");
  await other.screenshot("lasting-second-window");
  await other.command("WhiskerToolbox: Stop Session");
  await other.status(/^\s*WhiskerToolbox\s*$/).waitFor();
  await workbench.status(/^\s*WhiskerToolbox\s*$/).waitFor();
  await second.close();
  expect((await keysInStore(workspace)).map(({ key }) => key)).toEqual(before);
  await workbench.command("WhiskerToolbox: Start Session");
  await workbench.status("idle").waitFor();
  await workbench.console.enter("'seen_by' in globals()");
  await workbench.console.waitForOutput("False");
});

test("a session whose process has hung keeps no window waiting, and Restart Session ends it", async () => {
  const { workbench, page, workspace } = vscode;
  const before = (await keysInStore(workspace)).map(({ key }) => key);
  await workbench.console.enter("import os; open('daemon.pid', 'w').write(str(os.getppid()))");
  const file = join(workspace, "daemon.pid");
  const daemon = (): number => (existsSync(file) ? Number(readFileSync(file, "utf8")) : 0);
  await waitUntil("the daemon's number is known", () => Promise.resolve(daemon() > 0));
  process.kill(daemon(), "SIGSTOP");
  await page.reload();
  await page.locator(".monaco-workbench .statusbar-item").first().waitFor();
  const said = workbench.notification("its process does not answer");
  await said.waitFor();
  await workbench.screenshot("lasting-hung");
  await said.getByRole("button", { name: "Restart Session" }).click();
  await workbench.status("idle").waitFor();
  await workbench.notification("did not answer, and it was started again").waitFor();
  await waitUntil("the process that hung has ended", () => Promise.resolve(hasEnded(daemon())));
  expect((await keysInStore(workspace)).map(({ key }) => key)).toEqual(before);
});
