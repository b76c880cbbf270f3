// Scripts as files: arguments that are remembered, recent ones, new ones from templates.

import { basename } from "node:path";
import { Uri, window, workspace } from "vscode";
import type { Context } from "../../context";
import { askText } from "../../ui/ask";
import { showHint } from "../../ui/notify";
import { labelText } from "../../ui/text";
import { splitArguments } from "./arguments";
import { templateTitle } from "./model";

const argumentsKey = "run.arguments";
const recentKey = "run.recent";
const mostRecent = 30;

/** Ask for the arguments of a script, those of the last time first; undefined: cancelled. */
export async function askArguments(ctx: Context, path: string): Promise<readonly string[] | undefined> {
  const remembered = ctx.memory.get<Readonly<Record<string, string>>>(argumentsKey, {});
  const line = await askText({
    title: `Run ${basename(path)} with Arguments`,
    prompt: "Quoted as in a shell",
    value: remembered[path] ?? "",
    validateInput: (text) => (splitArguments(text) === undefined ? "A quotation is not closed." : undefined),
  });
  if (line === undefined) {
    return undefined;
  }
  await ctx.memory.update(argumentsKey, { ...remembered, [path]: line });
  return splitArguments(line);
}

export async function rememberScript(ctx: Context, path: string): Promise<void> {
  const known = ctx.memory.get<readonly string[]>(recentKey, []);
  await ctx.memory.update(recentKey, [path, ...known.filter((other) => other !== path)].slice(0, mostRecent));
}

export async function chooseRecentScript(ctx: Context): Promise<string | undefined> {
  const known = ctx.memory.get<readonly string[]>(recentKey, []);
  if (known.length === 0) {
    showHint("no script has been run yet");
    return undefined;
  }
  const items = known.map((path) => ({
    label: labelText(basename(path)),
    description: labelText(workspace.asRelativePath(path)),
    path,
  }));
  const chosen = await window.showQuickPick(items, {
    title: "Recent Scripts",
    placeHolder: "Script to run again",
    matchOnDescription: true,
  });
  return chosen?.path;
}

/** Open a new, unsaved script that begins as the chosen template does. */
export async function newScript(ctx: Context): Promise<void> {
  const folder = Uri.joinPath(ctx.extensionUri, "extension", "templates");
  const names = (await workspace.fs.readDirectory(folder)).map(([name]) => name).toSorted();
  const templates = await Promise.all(
    names.map(async (name) => {
      const content = Buffer.from(await workspace.fs.readFile(Uri.joinPath(folder, name))).toString("utf8");
      return { label: templateTitle(content), content };
    }),
  );
  const chosen = await window.showQuickPick(templates, {
    title: "New Script from Template",
    placeHolder: "What the script is to do",
  });
  if (chosen !== undefined) {
    const document = await workspace.openTextDocument({ language: "python", content: chosen.content });
    await window.showTextDocument(document);
  }
}
