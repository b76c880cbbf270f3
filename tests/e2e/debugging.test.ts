import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { whiskertoolbox } from "./harness/commandLine";
import { notebookFile } from "./harness/notebookFile";
import { frameWith } from "./harness/pages";
import { useVSCode } from "./harness/vscode";

const script = `import numpy as np


def amplitude(values):
    spread = np.ptp(values)
    return spread


width = amplitude(dm.getData("whisker_angle").values)
dm.setData("after_the_stop", wt.DigitalEventSeries([int(width)]), "camera")
print("went on")
`;

const loop = `import time

rounds = 0
print("looping")
while True:
    rounds += 1
    time.sleep(0.01)
`;

const fails = "def inverse(number):\n    half = number / 2\n    return half / 0\n\n\ninverse(7)\n";

const pool = `import multiprocessing


def double(number):
    twice = 2 * number
    return twice


with multiprocessing.get_context("fork").Pool(1) as workers:
    print("doubled", workers.map(double, [21]))
`;

const cells = ["def half(number):\n    result = number / 2\n    return result", "half(7)"];

const vscode = useVSCode("debugging", {
  workspace: async (folder) => {
    await cp(inject("shared").demo, folder, { recursive: true });
    await writeFile(join(folder, "loop.py"), loop);
    await writeFile(join(folder, "cells.py"), "# %%\nfirst = 20\nsecond = first + 1\n");
    await writeFile(join(folder, "fails.py"), fails);
    await writeFile(join(folder, "pool.py"), pool);
    await writeFile(join(folder, "halves.ipynb"), notebookFile(cells));
  },
  settings: { "debug.toolBarLocation": "floating", "whiskertoolbox.debug.subProcess": true },
});

test("Debug File stops at a breakpoint; the tree lives, the console sees the frame, and the run goes on", async () => {
  const { workbench, workspace } = vscode;
  await writeFile(join(workspace, "amplitude.py"), script);
  await workbench.showViews();
  await workbench.openFile("amplitude.py");
  await workbench.setBreakpoint(6);
  await workbench.command("WhiskerToolbox: Debug File");
  await workbench.stoppedLine.waitFor();
  await workbench.status("stopped").waitFor();

  // A key that another process commits meanwhile is shown meanwhile.
  await writeFile(
    join(workspace, "elsewhere.py"),
    'dm.setData("while_stopped", wt.DigitalEventSeries([1]), "camera")\n',
  );
  await whiskertoolbox(workspace, "run", join(workspace, "elsewhere.py"));
  await workbench.showViews();
  await workbench.dataKeys.find("while_stopped");

  await workbench.console.enter("float(spread) > 10, len(values)");
  await workbench.console.waitForOutput(/\(True, \d+\)/);
  await workbench.console.enter("spread = spread + 1; print('now', float(spread) > 11)");
  await workbench.console.waitForOutput("now True");
  await workbench.console.enter("import matplotlib.pyplot as plt; plt.plot(values[:300]); print('plotted')");
  await workbench.console.waitForOutput("plotted");
  await workbench.showViews();
  await workbench.variables.find("spread");
  await workbench.screenshot("debugging-stopped");

  await workbench.press("F5");
  await workbench.debugToolbar.waitFor({ state: "hidden" });
  await workbench.console.waitForOutput("went on");
  await workbench.dataKeys.find("after_the_stop");
});

test("the session goes on after debugging", async () => {
  const { workbench } = vscode;
  await workbench.status("idle").waitFor();
  await workbench.console.enter("'still', int(width) > 10");
  await workbench.console.waitForOutput("('still', True)");
});

test("an ordinary run stops at the breakpoint too, and what the frame holds is a table and a plot", async () => {
  const { workbench, page } = vscode;
  await workbench.openFile("amplitude.py");
  await workbench.command("WhiskerToolbox: Run File");
  await workbench.stoppedLine.waitFor();
  await workbench.command("View: Show Run and Debug");
  const values = page.locator(".debug-viewlet .monaco-list-row", { hasText: /^\s*values/ });
  await workbench.menu(values, "View as Table");
  const table = await frameWith(page, "regular-table");
  await table.locator("regular-table td").first().waitFor();
  await workbench.screenshot("debugging-table");
  await workbench.menu(values, "Plot");
  await frameWith(page, '.lanes > canvas[aria-label*="values (signal)"]');
  await workbench.screenshot("debugging-plot");
  await workbench.command("Preferences: Toggle between Light/Dark Themes");
  await page.locator(".monaco-workbench.vs-dark").waitFor();
  await workbench.screenshot("debugging-plot-dark");
  await page.getByRole("tab", { name: "values" }).click();
  await workbench.screenshot("debugging-table-dark");
  await workbench.command("Preferences: Toggle between Light/Dark Themes");
  await page.locator('.tab[data-resource-name="amplitude.py"]').click(); // the viewer would take the focus again
  await workbench.editor("amplitude.py").waitFor();
  await workbench.showViews();
  await workbench.press("F5");
  await workbench.status("idle").waitFor();
  await workbench.stoppedLine.waitFor({ state: "hidden" });
});

test("a breakpoint that is set while code runs stops it, and an interrupt there ends it", async () => {
  const { workbench } = vscode;
  await workbench.openFile("loop.py");
  await workbench.command("WhiskerToolbox: Run File");
  await workbench.console.waitForOutput("looping");
  // There is a session, because of the breakpoint elsewhere.
  expect(await workbench.debugToolbar.isVisible()).toBe(false);
  await workbench.screenshot("debugging-running");
  await workbench.openFile("loop.py");
  await workbench.setBreakpoint(6);
  await workbench.stoppedLine.waitFor();
  await workbench.status("stopped").waitFor();
  await workbench.debugToolbar.waitFor();
  await workbench.command("WhiskerToolbox: Interrupt Execution");
  await workbench.console.waitForOutput("KeyboardInterrupt");
  await workbench.status("idle").waitFor();
  await workbench.debugToolbar.waitFor({ state: "hidden" });
});

test("Debug Cell stops at the cell's first line, without a breakpoint", async () => {
  const { workbench } = vscode;
  await workbench.openFile("cells.py");
  await workbench.command("WhiskerToolbox: Debug Cell");
  await workbench.stoppedLine.waitFor();
  await workbench.status("stopped").waitFor();
  await workbench.press("F5");
  await workbench.status("idle").waitFor();
  await workbench.console.enter("'second', second");
  await workbench.console.waitForOutput("('second', 21)");
});

test("Debug Selection stops at the line at the cursor, and the Variables view shows the session's", async () => {
  const { workbench, page } = vscode;
  await workbench.openFile("cells.py");
  await workbench.command("WhiskerToolbox: Debug Selection or Line");
  await workbench.stoppedLine.waitFor();
  await workbench.status("stopped").waitFor();
  await workbench.showViews();
  await page.getByText(/Stopped in top level, line \d of cells\.py/).waitFor();
  await workbench.press("F5");
  await workbench.status("idle").waitFor();
});

test("Debug Last Error stands where the last run has failed, with its variables", async () => {
  const { workbench } = vscode;
  await workbench.openFile("fails.py");
  await workbench.command("WhiskerToolbox: Run File");
  await workbench.console.waitForOutput("ZeroDivisionError");
  await workbench.command("WhiskerToolbox: Debug Last Error");
  await workbench.stoppedLine.waitFor();
  await workbench.status("stopped").waitFor();
  await workbench.console.enter("half * 100");
  await workbench.console.waitForOutput("350.0");
  await workbench.screenshot("debugging-last-error");
  await workbench.press("F5");
  await workbench.status("idle").waitFor();
});

test("a breakpoint in a cell of a notebook stops in the cell, also when another cell calls its function", async () => {
  const { workbench } = vscode;
  await workbench.openNotebook("halves.ipynb");
  await workbench.setBreakpointInCell("result = number / 2");
  await workbench.command("Notebook: Run All");
  await workbench.stoppedLineInCell("result = number / 2").waitFor();
  await workbench.status("stopped").waitFor();
  await workbench.screenshot("debugging-notebook");
  await workbench.press("F5");
  await workbench.status("idle").waitFor();
  await workbench.console.waitForOutput("3.5");
});

test("a process that code starts stops at a breakpoint, and the run goes on when it does", async () => {
  const { workbench } = vscode;
  await workbench.openFile("pool.py");
  await workbench.setBreakpoint(6);
  await workbench.command("WhiskerToolbox: Run File");
  await workbench.stoppedLine.waitFor();
  await workbench.screenshot("debugging-process");
  await workbench.press("F5");
  await workbench.console.waitForOutput("doubled [42]");
  await workbench.status("idle").waitFor();
  await workbench.debugToolbar.waitFor({ state: "hidden" });
});
