import { existsSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keysInStore } from "./harness/commandLine";
import { useVSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

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
  await workbench.dataKeys.find("before_the_loop");
  await workbench.command("WhiskerToolbox: Interrupt Execution");
  await workbench.console.waitForOutput("KeyboardInterrupt");
  await workbench.status("idle").waitFor();
  await workbench.variables.find("rounds");
});

test("a killed interpreter loses no key, is explained, and another one takes its place", async () => {
  const { workbench, workspace } = vscode;
  const before = (await keysInStore(workspace)).map(({ key }) => key);
  const pidFile = join(workspace, "interpreter.pid");
  await rm(pidFile);
  await workbench.openFile("endless.py");
  await workbench.command("WhiskerToolbox: Run File");
  const writtenPid = (): number => (existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8")) : 0);
  await waitUntil("the script runs", () => Promise.resolve(writtenPid() > 0));
  await workbench.status("busy").waitFor();
  process.kill(writtenPid(), "SIGKILL");
  await workbench.notification(/interpreter/i).waitFor();
  await workbench.status("idle").waitFor();
  await workbench.dataKeys.find("before_the_loop");
  await workbench.dataKeys.find("whisker_angle");
  expect((await keysInStore(workspace)).map(({ key }) => key)).toEqual(before);
  await workbench.console.enter("len(dm.getData('before_the_loop').toList()), 'rounds' in globals()");
  await workbench.console.waitForOutput("(3, False)");
});

test("what ran before a crash is run again in the new interpreter", async () => {
  const { workbench } = vscode;
  await workbench.console.enter("kept = 41 + 1; print('made', kept)");
  await workbench.console.waitForOutput("made 42");
  await workbench.variables.find("kept");
  await workbench.console.enter("import os, signal; os.kill(os.getpid(), signal.SIGKILL)");
  await waitUntil("the variables are those of a new interpreter", async () => {
    return !(await workbench.variables.names()).includes("kept");
  });
  await workbench.command("WhiskerToolbox: Run Again What Ran");
  await workbench.variables.find("kept", "42");
  await workbench.console.enter("print('again', kept)");
  await workbench.console.waitForOutput("again 42");
});
