// Lists to choose what a step takes and does; those of the workspace's files are loaded before.

import { RelativePattern, window, workspace } from "vscode";
import type { Step } from "../../../pipeline/messages";
import type { Context } from "../../context";
import { methods, type DataKey, type Transform } from "../../protocol/generated";
import { pickName } from "../../ui/pick";
import { labelText, plainText } from "../../ui/text";
import type { Console } from "../console";
import { fitting, keysOfKinds, madeBy, newStep, workspaceCode, type Input } from "./model";

/** Runs the files `transforms/*.py` of the workspace: once in each interpreter, and again when they have changed. */
export class WorkspaceTransforms {
  readonly #ctx: Context;
  readonly #console: Console;
  #loaded = "";

  constructor(ctx: Context, console: Console) {
    this.#ctx = ctx;
    this.#console = console;
  }

  /** Run what has not been run as it is now. */
  async bringUpToDate(): Promise<void> {
    if ((await this.#state()) !== this.#loaded) {
      await this.load();
    }
  }

  /** Run them, whatever has been run before. */
  async load(): Promise<void> {
    const state = await this.#state();
    for (const folder of workspace.workspaceFolders ?? []) {
      await this.#console.run(workspaceCode(folder.uri.fsPath));
    }
    this.#loaded = state;
  }

  /** Which files there are, how they are, and for which interpreter; empty when there are none. */
  async #state(): Promise<string> {
    const files = await Promise.all(
      (workspace.workspaceFolders ?? []).map((folder) =>
        workspace.findFiles(new RelativePattern(folder, "transforms/*.py"), null, 1000),
      ),
    );
    const stats = await Promise.all(
      files.flat().map(async (file) => `${file.path} ${(await workspace.fs.stat(file)).mtime}`),
    );
    const { interpreter } = await this.#ctx.daemon.request(methods.sessionStatus, {});
    return stats.length === 0 ? "" : [interpreter?.processId ?? 0, ...stats.toSorted()].join("\n");
  }
}

/** Choose what to make of a data key, or of what steps make. */
export async function chooseStep(ctx: Context, before: readonly Step[]): Promise<Step | undefined> {
  const { keys } = await ctx.daemon.request(methods.dataList, {});
  const { transforms } = await ctx.daemon.request(methods.transformsList, {});
  const made = madeBy(before, transforms);
  const stored = keys.filter(({ key }) => !made.some((one) => one.key === key));
  const inputs = [...made, ...stored].filter(({ type }) => fitting(transforms, type).length > 0);
  const input = await pickInput(inputs);
  return input === undefined ? undefined : chooseTransform(input, transforms);
}

/** Choose what to make of a data key. */
export async function chooseStepFor(ctx: Context, key: DataKey): Promise<Step | undefined> {
  const { transforms } = await ctx.daemon.request(methods.transformsList, {});
  return chooseTransform(key, transforms);
}

/** Choose the data key that a transform takes. */
export async function chooseInput(ctx: Context, transform: Transform): Promise<Step | undefined> {
  const { keys } = await ctx.daemon.request(methods.dataList, {});
  const names = keysOfKinds(keys, transform.kinds);
  const input = await pickName(names, {
    title: transform.name,
    placeHolder: names.length > 0 ? "Data key to take" : "The session has no data key that it takes",
  });
  return input === undefined ? undefined : newStep(transform.name, input);
}

async function pickInput(inputs: readonly Input[]): Promise<Input | undefined> {
  const items = inputs.map((input) => ({
    label: labelText(input.key),
    description: labelText(input.sizeLabel),
    input,
  }));
  const chosen = await window.showQuickPick(items, {
    title: "Transform",
    placeHolder: "Data key to take",
    ignoreFocusOut: true, // a page that has just been shown takes the focus
  });
  return chosen?.input;
}

async function chooseTransform(
  { key, type }: Input,
  transforms: readonly Transform[],
): Promise<Step | undefined> {
  const items = fitting(transforms, type).map((transform) => ({
    label: labelText(transform.name),
    description: transform.origin === "second generation" ? transform.origin : "",
    detail: labelText(transform.summary),
    transform,
  }));
  const chosen = await window.showQuickPick(items, {
    title: `Transform ${plainText(key)}`,
    placeHolder: "What to make of it",
    matchOnDetail: true,
    ignoreFocusOut: true, // the key that was chosen before would be lost
  });
  return chosen === undefined ? undefined : newStep(chosen.transform.name, key);
}
