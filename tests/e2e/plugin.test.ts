// A package of the user's own adds a data type: the tree shows it as it shows ours.

import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { places, root } from "./harness/places";
import { useVSCode } from "./harness/vscode";

const execute = promisify(execFile);
const whereFrom = "import sysconfig; print(sysconfig.get_paths()['purelib'])";

const vscode = useVSCode("plugin", {
  workspace: async (folder) => {
    const python = join(folder, ".venv", "bin", "python");
    await execute(places().scientistPython, ["-m", "venv", "--without-pip", join(folder, ".venv")]);
    const packages = (await execute(python, ["-c", whereFrom])).stdout.trim();
    const others = (await execute(places().scientistPython, ["-c", whereFrom])).stdout.trim();
    await mkdir(packages, { recursive: true });
    await writeFile(join(packages, "others.pth"), `${others}\n`);
    await execute(python, [join(root, "tests", "support", "plugin_package.py"), packages]);
    await writeFile(join(folder, "counts.bin"), Uint8Array.of(5, 6, 7));
  },
  settings: { "whiskertoolbox.interpreterPath": "${workspaceFolder}/.venv/bin/python" },
});

test("a type of a package has its label, icon and unit in the tree of data keys", async () => {
  const { workbench } = vscode;
  await workbench.showViews();
  await workbench.status("idle").waitFor();
  await workbench.command("WhiskerToolbox: Open Console");
  await workbench.console.enter("dm.load_file('counts.bin', data_type='photons', format='bytes')");
  await workbench.console.waitForOutput("['counts']");
  const row = await workbench.dataKeys.find("counts", "3 counts");
  expect(await row.locator(".codicon-lightbulb").count()).toBe(1);
  await workbench.dataKeys.find("Photon Counts");
  await workbench.screenshot("plugin-type");
});
