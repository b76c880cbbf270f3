import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keysInStore } from "./harness/commandLine";
import { useVSCode } from "./harness/vscode";

const vscode = useVSCode("resilience");

const endless = `import os, pathlib

pathlib.Path("interpreter.pid").write_text(str(os.getpid()))
dm.setData("before_the_loop", wt.DigitalEventSeries([1, 2, 3]), "camera")
rounds = 0
print("looping")
while True:
    rounds += 1
`;

test("an endless loop is interrupted, and its variables stay", async () => {
  const { workbench, workspace } = vscode;
  await writeFile(join(workspace, "endless.py"), endless);
  await workbench.showViews();
  await workbench.openFile("endless.py");
  await workbench.command("WhiskerToolbox: Run File");
  await workbench.console.waitForOutput("looping");
  await workbench.status("busy").waitFor();
  await workbench.dataKeys.row("before_the_loop").waitFor();
  await workbench.command("WhiskerToolbox: Interrupt Execution");
  await workbench.console.waitForOutput("KeyboardInterrupt");
  await workbench.status("idle").waitFor();
  await workbench.variables.row("rounds").waitFor();
});

test("a killed interpreter loses no key, is explained, and another one takes its place", async () => {
  const { workbench, workspace } = vscode;
  const before = (await keysInStore(workspace)).map(({ key }) => key);
  await workbench.openFile("endless.py");
  await workbench.command("WhiskerToolbox: Run File");
  await workbench.status("busy").waitFor();
  process.kill(Number(await readFile(join(workspace, "interpreter.pid"), "utf8")), "SIGKILL");
  await workbench.notification(/interpreter/i).waitFor();
  await workbench.status("idle").waitFor();
  await workbench.dataKeys.row("before_the_loop").waitFor();
  await workbench.dataKeys.row("whisker_angle").waitFor();
  expect((await keysInStore(workspace)).map(({ key }) => key)).toEqual(before);
  await workbench.console.enter("len(dm.getData('before_the_loop').toList()), 'rounds' in globals()");
  await workbench.console.waitForOutput("(3, False)");
});
