// A machine without a usable Python: one button gets one through uv, which a program stands in for here.

import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { execute } from "./harness/commandLine";
import { places, root } from "./harness/places";
import { useVSCode } from "./harness/vscode";

const vscode = useVSCode("getting", {
  workspace: async (folder) => {
    const program = join(root, "tests", "support", "package_folder.py");
    await execute(places().scientistPython, [program, folder], {});
    await mkdir(join(folder, "tools"));
    const uv = join(folder, "tools", "uv");
    const copy = `/bin/cp -r ${folder}/env "$4"`; // in place of getting a Python
    await writeFile(uv, `#!/bin/sh\necho "$@" >> ${folder}/asked\nif [ "$1" = venv ]; then ${copy}; fi\n`);
    await chmod(uv, 0o755);
  },
  settings: { "whiskertoolbox.interpreterPath": "" },
  // Started from a terminal, VS Code does not ask the user's shell for the path.
  variables: (folder) => ({ PATH: join(folder, "tools"), VSCODE_CLI: "1" }),
});

test("where there is no Python, one button gets one through uv, and the session starts", async () => {
  const { workbench, workspace } = vscode;
  await workbench.showViews();
  const notification = workbench.notification(/no Python 3\.10 or newer was found/);
  await notification.waitFor();
  await workbench.screenshot("getting-offered");
  await notification.getByRole("button", { name: "Get Python" }).click();
  await workbench.status(/whiskertoolbox\): idle/).waitFor();
  const asked = (await readFile(join(workspace, "asked"), "utf8")).trim().split("\n");
  expect(asked).toHaveLength(2);
  expect(asked[0]).toMatch(/^venv --python 3\.13 .*whiskertoolbox$/);
  expect(asked[1]).toMatch(/^pip install --python .*whiskertoolbox numpy$/);
  await workbench.command("WhiskerToolbox: Open Console");
  await workbench.console.enter("import sys; print('got', sys.prefix)");
  await workbench.console.waitForOutput(/got .*whiskertoolbox/);
});
