import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { frameWith } from "./harness/pages";
import { useVSCode } from "./harness/vscode";

const trial = `import os
import sys
import pandas

frame = pandas.DataFrame({"angle": [1.5, 2.5, 3.5], "phase": ["pro", "re", "pro"]})
tensor = wt.TensorData.from_array([[1, 2], [3, 4]], column_names=["angle", "curvature"])
print("trial", sys.argv[1:], os.path.basename(os.getcwd()), os.environ["TRIAL"])
`;

const configurations = [
  {
    name: "Trial",
    program: "${workspaceFolder}/trial.py",
    args: ["--gain", "2"],
    cwd: "${workspaceFolder}/inside",
    env: { TRIAL: "seven" },
    stopOnEntry: true,
    logToFile: true,
  },
  { name: "Measures", module: "measures", args: ["3"], cwd: "${workspaceFolder}/inside", justMyCode: false },
  { name: "Half", code: ["half = 7 / 2", "print('half', half)"] },
].map((configuration) => ({ type: "whiskertoolbox", request: "launch", ...configuration }));

const vscode = useVSCode("launching", {
  workspace: async (folder) => {
    await mkdir(join(folder, "inside"));
    await mkdir(join(folder, ".vscode"));
    await writeFile(
      join(folder, ".vscode", "launch.json"),
      JSON.stringify({ version: "0.2.0", configurations }),
    );
    await writeFile(join(folder, "trial.py"), trial);
    await writeFile(
      join(folder, "inside", "measures.py"),
      "import sys\nprint('measured', sys.argv[1:], __name__)\n",
    );
  },
  settings: { "debug.toolBarLocation": "floating", "workbench.colorTheme": "Default Dark Modern" },
});

async function start(name: string): Promise<void> {
  await vscode.workbench.command("Debug: Select and Start Debugging");
  await vscode.workbench.choose(name);
}

test("a program of launch.json stops on entry, with its arguments, folder and variables, and is stepped through", async () => {
  const { workbench, page } = vscode;
  await workbench.showViews();
  await workbench.openFile("trial.py");
  await workbench.setBreakpoint(7);
  await start("Trial");
  await workbench.stoppedLine.waitFor();
  await workbench.status("stopped").waitFor();
  await workbench.console.enter("'frame' in globals()");
  await workbench.console.waitForOutput("False"); // it is the first line, not the breakpoint
  await workbench.press("F5");
  await workbench.command("View: Show Run and Debug");
  for (const [name, shown] of [
    ["frame", "pro"],
    ["tensor", "curvature"],
  ] as const) {
    const row = page.locator(".debug-viewlet .monaco-list-row", { hasText: new RegExp(`^\\s*${name}`) });
    await workbench.menu(row, "View as Table");
    await frameWith(page, `regular-table:has-text("${shown}")`);
    await workbench.screenshot(`launching-${name}-dark`);
  }
  await workbench.press("F5");
  await workbench.console.waitForOutput("trial ['--gain', '2'] inside seven");
  await workbench.status("idle").waitFor();
});

test("a module of launch.json runs as its main module, with its arguments", async () => {
  const { workbench } = vscode;
  await start("Measures");
  await workbench.console.waitForOutput("measured ['3'] __main__");
  await workbench.status("idle").waitFor();
  await workbench.debugToolbar.waitFor({ state: "hidden" });
});

test("code of launch.json runs in the session", async () => {
  const { workbench } = vscode;
  await start("Half");
  await workbench.console.waitForOutput("half 3.5");
  await workbench.status("idle").waitFor();
  await workbench.console.enter("'still', half");
  await workbench.console.waitForOutput("('still', 3.5)");
  expect(await workbench.debugToolbar.isVisible()).toBe(false);
});
