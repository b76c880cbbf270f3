// One window and many Pythons: without NumPy and with start files that print, with old packages, of every version.

import { cp, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Locator } from "playwright-core";
import { expect, inject, test } from "vitest";
import { execute } from "./harness/commandLine";
import { places, root } from "./harness/places";
import { useVSCode } from "./harness/vscode";

/** Folder of the environment without NumPy. */
const bare = "rig ä 1";

/** What an environment has that is older than what the extension brings. */
const versions = { attrs: "19.3.0", debugpy: "1.5.1", decorator: "4.3.2", ipython: "7.16.3", jedi: "0.17.2" };

const script = `from importlib.metadata import version

import attr
import debugpy
import decorator
import jedi
import pygments
import traitlets

imported = [attr.__version__, debugpy.__version__, decorator.__version__, jedi.__version__]
imported += [pygments.__version__, traitlets.__version__]
installed = [version(name) for name in ${JSON.stringify(Object.keys(versions))}]
print("imported", *imported)
print("installed", *installed)
`;

const vscode = useVSCode("environments", {
  workspace: async (folder) => {
    await cp(inject("shared").demo, folder, { recursive: true });
    await writeFile(join(folder, "versions.py"), script);
    const program = join(root, "tests", "support", "package_folder.py");
    await execute(places().scientistPython, [program, folder], {});
    await makeTalkingEnvironment(join(folder, bare));
    for (const name of ["camera", "ephys", "tracking"]) {
      await execute(
        places().scientistPython,
        ["-m", "venv", "--without-pip", join(folder, "..", ".virtualenvs", name)],
        {},
      );
    }
    await mkdir(join(folder, "moved", "bin"), { recursive: true });
    await writeFile(join(folder, "moved", "pyvenv.cfg"), "version = 3.9.1\n");
    await symlink("/nowhere/python3.9", join(folder, "moved", "bin", "python"));
  },
  settings: {
    "whiskertoolbox.interpreterPath": `\${workspaceFolder}/${bare}/bin/python`,
    "debug.toolBarLocation": "floating",
    "search.exclude": { "**/site-packages": true },
  },
  variables: (folder) => ({
    PYTHONUNBUFFERED: "1",
    PIP_NO_INDEX: "1",
    PIP_FIND_LINKS: join(folder, "wheels"),
    UV_NO_INDEX: "1",
    UV_FIND_LINKS: join(folder, "wheels"),
  }),
});

/** No package is in it; whatever is started with it prints, before and after what was asked for. */
async function makeTalkingEnvironment(folder: string): Promise<void> {
  await execute(places().scientistPython, ["-m", "venv", "--without-pip", folder], {});
  const [version = ""] = await readdir(join(folder, "lib"));
  const packages = join(folder, "lib", version, "site-packages");
  await writeFile(join(packages, "talks.pth"), "import sys; print('a .pth file talks')\n");
  const atTheEnd = "import atexit\natexit.register(print, 'and at the end')\n";
  await writeFile(join(packages, "sitecustomize.py"), `print('Content-Length: 9')\n${atTheEnd}`);
}

/** Select a Python by its path; variables are lost, which is asked for first. */
async function changeTo(python: string): Promise<void> {
  const { workbench, page } = vscode;
  await workbench.command("WhiskerToolbox: Select Interpreter…");
  await workbench.choose("Enter path…");
  await workbench.answer(python);
  const question = page.locator(".monaco-dialog-box", { hasText: "Change the interpreter?" });
  await question.getByText(/variables? will be lost\. All data of the session is kept/).waitFor();
  await workbench.screenshot("environments-question");
  await question.getByRole("button", { name: "Change", exact: true }).click();
  await workbench.status(new RegExp(`${basename(prefixOf(python))}.*idle`)).waitFor();
}

/** Runs in the Python with this prefix, with the data of the session and without the variables of the one before. */
async function expectKept(prefix: string): Promise<void> {
  const { console } = vscode.workbench;
  await console.enter("import sys; print(sys.prefix, 'counted' in globals(), len(dm.getData('kept')))");
  await console.waitForOutput(`${prefix} False 2`);
  await console.enter("counted = 3; print('counted in', sys.prefix)");
  await console.waitForOutput(`counted in ${prefix}`);
}

const prefixOf = (python: string): string => join(python, "..", "..");
const barePython = (): string => join(vscode.workspace, bare, "bin", "python");

test("a Python without NumPy is named in a notification that offers what to do", async () => {
  const { workbench } = vscode;
  const notification = workbench.notification(/NumPy/);
  await notification.waitFor();
  expect(await notification.innerText()).toContain(barePython());
  await notification.getByRole("button", { name: "Select Interpreter…" }).waitFor();
  await notification.getByRole("button", { name: "Install NumPy" }).waitFor();
});

test("the button installs NumPy, and code runs, though whatever starts in that environment prints", async () => {
  const { workbench } = vscode;
  await workbench.notification(/NumPy/).getByRole("button", { name: "Install NumPy" }).click();
  await workbench.status(/rig ä 1.*idle/).waitFor();
  await workbench.showViews();
  await workbench.dataKeys.find("whisker_angle");
  await workbench.command("WhiskerToolbox: Open Console");
  await workbench.console.enter("dm.setData('kept', wt.DigitalEventSeries([1, 2]), 'time')");
  await workbench.dataKeys.find("kept");
  await expectKept(prefixOf(barePython()));
});

test("the list has the Python in use first, and broken ones with what is wrong with them", async () => {
  const { workbench, page } = vscode;
  await workbench.command("WhiskerToolbox: Select Interpreter…");
  const list = page.locator(".quick-input-widget");
  const row = (text: string): Locator => list.locator(".monaco-list-row", { hasText: text });
  await row("camera").getByText("NumPy is missing").waitFor();
  await row("moved").getByText("The Python that it was made from is gone").waitFor();
  await list.locator(".monaco-list-row.focused", { hasText: barePython() }).waitFor();
  await workbench.screenshot("environments-list");
  await workbench.command("Preferences: Toggle between Light/Dark Themes");
  await workbench.command("WhiskerToolbox: Select Interpreter…");
  await row("camera").getByText("NumPy is missing").waitFor();
  await workbench.screenshot("environments-list-dark");
  await workbench.press("Escape");
  await list.waitFor({ state: "hidden" });
});

test("old packages of an environment are what a run imports, and are not in the way of completion", async () => {
  const { workbench, page } = vscode;
  await changeTo(places().oldPython);
  await expectKept(prefixOf(places().oldPython));
  await workbench.openFile("versions.py");
  await workbench.command("WhiskerToolbox: Run File");
  await workbench.console.waitForOutput("imported 19.3.0 1.5.1 4.3.2 0.17.2 2.5.2 4.3.3");
  await workbench.console.waitForOutput(`installed ${Object.values(versions).join(" ")}`);
  await workbench.console.focusInput();
  await page.keyboard.type("imported.exte");
  await page.keyboard.press("Control+Space");
  await page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "extend" }).first().waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await workbench.console.waitForInput("");
});

test("a run stops at a breakpoint beside an old debugpy, and goes on", async () => {
  const { workbench } = vscode;
  await workbench.openFile("versions.py");
  await workbench.setBreakpoint(13);
  await workbench.command("WhiskerToolbox: Debug File");
  await workbench.stoppedLine.waitFor();
  await workbench.console.enter("print('stopped with', len(imported), 'versions')");
  await workbench.console.waitForOutput("stopped with 6 versions");
  await workbench.press("F5");
  await workbench.debugToolbar.waitFor({ state: "hidden" });
  await workbench.status("idle").waitFor();
});

test("Pythons of all versions take over after a question, and the data is kept", async () => {
  expect(places().pythons).not.toEqual([]);
  for (const python of places().pythons) {
    await changeTo(python);
    await expectKept(prefixOf(python));
  }
});
