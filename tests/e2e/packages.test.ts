// The Environment view: packages come from a folder, into an environment that has no pip, as uv makes them.

import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { execute } from "./harness/commandLine";
import { places, root } from "./harness/places";
import { Tree } from "./harness/tree";
import { useVSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

const vscode = useVSCode("packages", {
  workspace: async (folder) => {
    const program = join(root, "tests", "support", "package_folder.py");
    await execute(places().scientistPython, [program, folder], {});
    await writeFile(
      join(folder, "tools.py"),
      "import whisker_tools\n\nversion = whisker_tools.version\nprint('tools', version)\n",
    );
  },
  settings: {
    "whiskertoolbox.interpreterPath": "${workspaceFolder}/env/bin/python",
    "workbench.list.defaultFindMode": "filter",
    "search.exclude": { "**/site-packages": true },
  },
  variables: (folder) => ({
    PIP_NO_INDEX: "1",
    PIP_FIND_LINKS: join(folder, "wheels"),
    UV_NO_INDEX: "1",
    UV_FIND_LINKS: join(folder, "wheels"),
  }),
});

const pythonOf = (name: string): string => join(vscode.workspace, name, "bin", "python");
const view = (): Tree => new Tree(vscode.page, "Environment");
const button = (name: string): Locator =>
  vscode.page.locator(".monaco-dialog-box").getByRole("button", { name, exact: true });

async function install(names: string): Promise<void> {
  await vscode.workbench.command("WhiskerToolbox: Install Packages…");
  await vscode.workbench.answer(names);
}

async function noRow(name: string): Promise<void> {
  await waitUntil(`${name} is not listed`, async () => !(await view().names()).includes(name));
}

async function selectPath(path: string): Promise<void> {
  await vscode.workbench.command("WhiskerToolbox: Select Interpreter…");
  await vscode.workbench.choose("Enter path…");
  await vscode.workbench.answer(path);
}

test("the view shows the Python, its executable and the packages with their versions", async () => {
  const { workbench, page } = vscode;
  await workbench.status("idle").waitFor();
  await workbench.command("WhiskerToolbox: Focus on Environment View");
  await page.getByRole("button", { name: "Data Keys Section" }).click(); // there is room for the view then
  await page.getByRole("button", { name: "Variables Section" }).click();
  await view().find(/^Python 3\.\d+/, "env");
  await view().find(pythonOf("env"));
  await view().find("numpy", /\d+\.\d+/);
});

test("a module that a run does not find is offered to be installed, and found by the next run", async () => {
  const { workbench } = vscode;
  await workbench.openFile("tools.py");
  await workbench.command("WhiskerToolbox: Run File");
  const offer = workbench.notification("No module named 'whisker_tools'");
  await offer.getByRole("button", { name: "Install whisker-tools" }).click();
  await view().find("whisker-tools", "1.1");
  await workbench.command("WhiskerToolbox: Run File");
  await workbench.console.waitForOutput("tools 1.1");
});

test("packages are installed by name and version, and the view follows", async () => {
  await install("whisker-plots whisker-tools==1.0");
  await view().find("whisker-plots", "2.0");
  await view().find("whisker-tools", "1.0");
});

test("a package of which there is a newer version is marked, and upgraded from its row", async () => {
  const { workbench } = vscode;
  await workbench.command("WhiskerToolbox: Check for Newer Versions");
  const row = await view().find("whisker-tools", "1.0 → 1.1");
  await workbench.screenshot("packages-outdated-light");
  await workbench.clickInRow(row, row.getByRole("button", { name: "Upgrade" }));
  await view().find("whisker-tools", /tools\s*1\.1/);
});

test("an install that cannot be done says why, and changes nothing", async () => {
  const { workbench } = vscode;
  await install("whisker-needy");
  await workbench.notification("whisker-tools>=9").waitFor();
  await workbench.screenshot("packages-failing");
  await view().find("whisker-tools", /tools\s*1\.1/);
  const code = "import importlib.metadata as m; print(*sorted(d.name for d in m.distributions()))";
  const listed = await execute(pythonOf("env"), ["-c", code], {});
  expect(listed.trim()).toBe("numpy whisker-plots whisker-tools");
});

test("the packages are filtered by what is typed, and who needs one stands below it", async () => {
  const { workbench } = vscode;
  const row = await view().find("whisker-tools");
  await row.click(); // opens it
  await view().find("whisker-plots", "needs whisker-tools");
  await row.click();
  await workbench.command("WhiskerToolbox: Filter Packages…");
  await workbench.answer("Whisker_T");
  await noRow("numpy");
  await view().find("whisker-tools");
  await workbench.screenshot("packages-filtered");
  await workbench.command("WhiskerToolbox: Filter Packages…");
  await workbench.answer("");
  await view().find("numpy");
});

test("a package is uninstalled after a question", async () => {
  const { workbench } = vscode;
  await workbench.menu(await view().find("whisker-plots", "2.0"), "Uninstall");
  await button("Uninstall").click();
  await noRow("whisker-plots");
});

test("a config that needs modules asks once, installs them when that is wanted, and is loaded", async () => {
  const { workbench, page, workspace } = vscode;
  await mkdir(join(workspace, "helpers"));
  await writeFile(join(workspace, "helpers", "lab_helper.py"), "answer = 'found the helper'\n");
  await writeFile(join(workspace, "values.csv"), "1\n2\n3\n");
  const python = { required_imports: ["whisker_plots", "lab_helper"], prepend_sys_paths: ["helpers"] };
  const entry = { data_type: "analog", name: "values", filepath: "values.csv", format: "csv" };
  await writeFile(join(workspace, "needs.json"), JSON.stringify({ data: [entry], python }));
  await workbench.command("WhiskerToolbox: Load Data…");
  await workbench.choose("needs.json");
  const question = page.locator(".monaco-dialog-box", { hasText: "Change Python as needs.json asks?" });
  await question.waitFor();
  expect(await question.innerText()).toContain("whisker_plots");
  expect(await question.innerText()).not.toContain("lab_helper");
  await workbench.screenshot("packages-requirements");
  await button("Install and Add Folders").click();
  await view().find("whisker-plots", "2.0");
  await workbench.notification("1 key loaded from needs.json").waitFor();
  await workbench.console.enter("import lab_helper; print(lab_helper.answer)");
  await workbench.console.waitForOutput("found the helper");
});

test("a path that is no Python is said so, and nothing is saved or stopped", async () => {
  const { workbench, workspace } = vscode;
  await selectPath("/nowhere/bin/python");
  await workbench.notification("/nowhere/bin/python was not selected").waitFor();
  await workbench.status("idle").waitFor();
  expect(existsSync(join(workspace, ".vscode", "settings.json"))).toBe(false);
});

test("an environment is made, and used when the loss of the variables is accepted", async () => {
  const { workbench, workspace } = vscode;
  await workbench.command("WhiskerToolbox: Create Environment…");
  await workbench.answer(join(workspace, "made"));
  await workbench.choose("Virtual environment");
  await workbench.answer("");
  await workbench.screenshot("packages-creating");
  await button("Change").click();
  await workbench.status(/made.*idle/).waitFor();
  await workbench.command("Preferences: Toggle between Light/Dark Themes");
  await view().find("pip");
  await workbench.screenshot("packages-made-dark");
  const settings = await readFile(join(workspace, ".vscode", "settings.json"), "utf8");
  expect(settings).toContain(pythonOf("made"));
});

test("an environment that is not in use is deleted after a question", async () => {
  const { workbench, page } = vscode;
  await selectPath(pythonOf("env"));
  await workbench.status(/env.*idle/).waitFor();
  await workbench.command("WhiskerToolbox: Delete Environment…");
  const row = page.locator(".quick-input-widget .monaco-list-row", { hasText: pythonOf("made") });
  await row.waitFor();
  await workbench.screenshot("packages-deleting-dark");
  expect(await page.locator(".quick-input-widget", { hasText: pythonOf("env") }).count()).toBe(0);
  await row.click();
  await button("Delete").click();
  await waitUntil("the environment is gone", () =>
    Promise.resolve(!existsSync(join(vscode.workspace, "made"))),
  );
});

test("an environment that is deleted while it is in use is noticed", async () => {
  const { workbench, workspace } = vscode;
  await rm(join(workspace, "env"), { recursive: true });
  await workbench.notification("has been deleted or moved").waitFor();
});
