import { cp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { keysInStore } from "./harness/commandLine";
import { useVSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

/** The recording's files, not yet loaded. */
async function recordingOnly(folder: string): Promise<void> {
  await cp(inject("shared").demo, folder, { recursive: true });
  await rm(join(folder, ".whiskertoolbox"), { recursive: true });
}

const vscode = useVSCode("loading", { workspace: recordingOnly });

test("Load Data fills the tree from a load config", async () => {
  const { workbench, workspace } = vscode;
  await workbench.showViews();
  await workbench.status("idle").waitFor();
  expect(await workbench.dataKeys.names()).toEqual([]);
  await workbench.command("WhiskerToolbox: Load Data…");
  await workbench.choose("recording.json");
  await workbench.dataKeys.find("whisker_angle");
  await workbench.notification(/keys loaded from recording\.json/).waitFor();
  await waitUntil("the whole recording is loaded", async () => (await keysInStore(workspace)).length > 5);
});

test("a load config that is not JSON gives a notification that names the file and the place", async () => {
  const { workbench, workspace } = vscode;
  await writeFile(join(workspace, "broken.json"), '[\n  {"name": "angle",\n');
  await workbench.command("WhiskerToolbox: Load Data…");
  await workbench.choose("broken.json");
  await workbench.notification(/broken\.json.*line 3/s).waitFor();
});

test("an entry whose file is missing is named, and the others are loaded", async () => {
  const { workbench, workspace } = vscode;
  const entry = (name: string, filepath: string): object => ({
    data_type: "analog",
    name,
    filepath,
    format: "csv",
  });
  await writeFile(join(workspace, "values.csv"), "1\n2\n3\n");
  await writeFile(
    join(workspace, "partial.json"),
    JSON.stringify([entry("there", "values.csv"), entry("not_there", "lost.csv")]),
  );
  await workbench.command("WhiskerToolbox: Load Data…");
  await workbench.choose("partial.json");
  await workbench.dataKeys.find("there");
  await workbench.notification(/lost\.csv|not_there/).waitFor();
});

const misspelled = `[
  {
    "data_type": "analog",
    "name": "whisker_angle",
    "filepath": "whisker_angle.csv",
    "format": "csv",
    "has_headers": true,

  }
]
`;

test("the editor marks an option that the format does not know, and offers those that it does", async () => {
  const { workbench, page, workspace } = vscode;
  await writeFile(join(workspace, "angle.load.json"), misspelled);
  await workbench.openFile("angle.load.json");
  await workbench.command("Problems: Focus on Problems View");
  const problems = page.locator(".markers-panel .monaco-list-row");
  await problems.filter({ hasText: /not accepted.*"has_header"/ }).waitFor();

  await workbench.openFile("angle.load.json");
  await workbench.goToLine(8);
  await page.keyboard.type('"delim');
  await page.keyboard.press("Control+Space");
  const suggestion = page.locator(".suggest-widget .monaco-list-row").first();
  await suggestion.filter({ hasText: "delimiter" }).waitFor();
  await workbench.screenshot("loading-completion");
  await suggestion.click();
  await page.locator(".view-line", { hasText: '"delimiter": ' }).waitFor();
});
