import { expect, test } from "vitest";
import { places } from "./harness/places";
import { useVSCode } from "./harness/vscode";

const vscode = useVSCode("environments", {
  settings: { "whiskertoolbox.interpreterPath": places().barePython },
});

test("a Python without NumPy is named in a notification that offers what to do", async () => {
  const { workbench } = vscode;
  const notification = workbench.notification(/NumPy/);
  await notification.waitFor();
  expect(await notification.innerText()).toContain(places().barePython);
  await notification.getByRole("button", { name: "Install NumPy" }).waitFor();
  await notification.getByRole("button", { name: "Select Interpreter…" }).waitFor();
});

test("after a change to a Python with NumPy the session works, its data keys included", async () => {
  const { workbench } = vscode;
  await workbench.command("WhiskerToolbox: Select Interpreter…");
  await workbench.choose("Enter path…");
  await workbench.answer(places().scientistPython);
  await workbench.status("idle").waitFor();
  await workbench.showViews();
  await workbench.dataKeys.find("whisker_angle");
});
