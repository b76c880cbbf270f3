import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { notebookFile } from "./harness/notebookFile";
import { useVSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

const cells = [
  'angle = dm.getData("whisker_angle")\nlen(angle.values) > 1000',
  "import matplotlib.pyplot as plt\nplt.plot(angle.values[:100])\nplt.show()",
  'print("the", "end")',
];

type Saved = { readonly cells: readonly { readonly outputs: readonly object[] }[] };

const vscode = useVSCode("notebook");

test("a notebook runs to its end in the session and keeps its outputs", async () => {
  const { workbench, workspace, page } = vscode;
  const path = join(workspace, "analysis.ipynb");
  await writeFile(path, notebookFile(cells));
  await workbench.showViews();
  await workbench.status("idle").waitFor();
  await workbench.openNotebook("analysis.ipynb");
  await workbench.command("Notebook: Run All");
  await workbench.console.waitForOutput("True");
  await workbench.console.waitForOutput("the end");
  await workbench.variables.find("angle");
  await workbench.status("idle").waitFor();

  await workbench.press("Control+S");
  await page.locator(".tab.dirty").waitFor({ state: "detached" });
  let saved: string[] = [];
  await waitUntil("the outputs are in the file", async () => {
    const { cells: written } = JSON.parse(await readFile(path, "utf8")) as Saved;
    saved = written.map(({ outputs }) => JSON.stringify(outputs));
    return saved.every((outputs) => outputs !== "[]");
  });
  expect(saved[0]).toContain("True");
  expect(saved[1]).toContain("image/png");
  expect(saved[2]).toContain("the end");
});
