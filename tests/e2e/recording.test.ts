import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keysInStore, whiskertoolbox } from "./harness/commandLine";
import { useVSCode } from "./harness/vscode";

const script = `frequency_hz = 7.5
label = f"{frequency_hz:.1f} Hz"
doubled = wt.AnalogTimeSeries(2 * dm.getData("whisker_angle").values, dm.getData("whisker_angle").times)
dm.setData("doubled_angle", doubled, "camera")
print("stored", label)
`;

const vscode = useVSCode("recording");

test("a loaded recording is in the tree when VS Code opens", async () => {
  const { workbench, workspace } = vscode;
  await workbench.showViews();
  for (const { key, size } of await keysInStore(workspace)) {
    const row = await workbench.dataKeys.find(key);
    const digits = (await row.innerText()).replaceAll(/(?<=\d),(?=\d)/g, ""); // 31,625
    expect(digits).toContain(String(size));
  }
});

test("a run of the selection shows in the variables, the console and the tree", async () => {
  const { workbench, workspace } = vscode;
  await writeFile(join(workspace, "notes.py"), script);
  await workbench.openFile("notes.py");
  await workbench.selectLines(1, 2);
  await workbench.press("Shift+Enter");
  await workbench.variables.find("label", "7.5 Hz");
  expect(await workbench.dataKeys.names()).not.toContain("doubled_angle");

  await workbench.openFile("notes.py");
  await workbench.selectLines(3, 5);
  await workbench.press("Shift+Enter");
  await workbench.console.waitForOutput("stored 7.5 Hz");
  await workbench.dataKeys.find("doubled_angle");
  await workbench.variables.find("doubled");
  expect((await keysInStore(workspace)).map(({ key }) => key)).toContain("doubled_angle");
});

test("a key that another program stores appears in the tree", async () => {
  const { workbench, workspace } = vscode;
  await writeFile(
    join(workspace, "elsewhere.py"),
    'dm.setData("from_a_shell", wt.DigitalEventSeries([1, 2]), "camera")\n',
  );
  await whiskertoolbox(workspace, "run", join(workspace, "elsewhere.py"));
  await workbench.dataKeys.find("from_a_shell");
});

test("data objects that code has made are stored from the Variables view, and keys become variables", async () => {
  const { workbench, workspace } = vscode;
  await workbench.command("View: Close All Editors");
  await workbench.command("WhiskerToolbox: Open Console");
  await workbench.console.enter("ours, others = wt.DigitalEventSeries([3, 5]), wt.DigitalEventSeries([7])");
  await workbench.menu(await workbench.variables.find("ours"), "Store Variable as Data Key…");
  await workbench.answer("our licks");
  await workbench.choose("camera");
  await workbench.dataKeys.find("our licks", "camera");

  await workbench.command("WhiskerToolbox: Store All New Data Objects");
  await workbench.choose("camera");
  await workbench.console.waitForOutput("['others']");
  await workbench.console.waitForOutput("this object is stored already, as 'our licks'");
  expect((await keysInStore(workspace)).map(({ key }) => key)).toEqual(
    expect.arrayContaining(["our licks", "others"]),
  );

  await workbench.menu(await workbench.dataKeys.find("our licks"), "Insert as Variable");
  await workbench.console.waitForInput('our_licks = dm.getData("our licks")');
});
