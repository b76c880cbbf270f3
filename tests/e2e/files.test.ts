import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { useVSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

const vscode = useVSCode("files");

const poses = (part: string): string =>
  [
    "scorer,net,net,net",
    `bodyparts,${part},${part},${part}`,
    "coords,x,y,likelihood",
    "0,10,20,0.9",
    "1,11,21,0.8\n",
  ].join("\n");

test("Export Data lists the formats that can hold a key, and writes it in the chosen one", async () => {
  const { workbench, page, workspace } = vscode;
  await workbench.showViews();
  await workbench.status("idle").waitFor();
  await workbench.menu(await workbench.dataKeys.find("whisker_angle"), "Export Data…");
  await page.locator(".quick-input-widget .monaco-list-row", { hasText: "Parquet table" }).waitFor();
  await workbench.screenshot("files-export-formats");
  await workbench.choose("CSV table with named columns");
  const path = page.locator(".quick-input-widget", { hasText: "Export Data" }).locator("input").first();
  const proposed = join(workspace, "whisker_angle-2.csv"); // the recording has a whisker_angle.csv
  await waitUntil("a free name is proposed", async () => (await path.inputValue()) === proposed);
  await path.press("Enter");
  await workbench.notification(/1 key exported to whisker_angle-2\.csv/).waitFor();
  const text = await readFile(proposed, "utf8");
  expect(text.split("\n", 1)).toEqual(["seconds,whisker_angle"]);
  expect((await readdir(workspace)).filter((name) => name.includes("writing"))).toEqual([]);
});

test("a file of the Explorer is previewed, a part renamed and put on another clock, and loaded", async () => {
  const { workbench, page, workspace } = vscode;
  await writeFile(join(workspace, "poses.csv"), poses("nose"));
  await workbench.command("View: Show Explorer");
  const file = page.locator(".explorer-folders-view .monaco-list-row", { hasText: "poses.csv" });
  await workbench.menu(file, "Load Data…");
  const row = (key: string) => page.locator(".quick-input-widget .monaco-list-row", { hasText: key });
  await row("nose_likelihood").waitFor();
  await workbench.clickInRow(row("nose_likelihood"), row("nose_likelihood").locator(".codicon-edit"));
  await workbench.answer("sureness");
  await row("sureness").waitFor();
  await workbench.clickInRow(row("sureness"), row("sureness").locator(".codicon-watch"));
  await workbench.choose("camera");
  await row("sureness").filter({ hasText: "on camera" }).waitFor();
  await workbench.screenshot("files-preview");
  await page.locator(".quick-input-widget input").first().press("Enter");
  await workbench.notification(/2 keys loaded from poses\.csv/).waitFor();
  await workbench.showViews();
  await workbench.dataKeys.find("sureness", "camera");
});

test("a file that is dropped on the data keys is previewed and loaded", async () => {
  const { workbench, page, workspace } = vscode;
  const file = join(workspace, "dropped.csv");
  await writeFile(file, poses("ear"));
  await workbench.showViews();
  const row = await workbench.dataKeys.find("whisker_angle");
  const dropped = await page.evaluateHandle((list) => {
    const data = new DataTransfer();
    data.setData("text/uri-list", list);
    return data;
  }, pathToFileURL(file).href);
  for (const event of ["dragenter", "dragover", "drop"]) {
    await row.dispatchEvent(event, { dataTransfer: dropped });
  }
  await page.locator(".quick-input-widget .monaco-list-row", { hasText: "ear_likelihood" }).waitFor();
  await workbench.screenshot("files-dropped");
  await page.locator(".quick-input-widget input").first().press("Enter");
  await workbench.dataKeys.find("ear_likelihood");
});
