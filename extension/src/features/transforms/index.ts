// The view of transforms, the form that runs one, and pipelines and batches from files.

import { ThemeIcon, TreeItem, TreeItemCollapsibleState, Uri, window, workspace } from "vscode";
import { registerCommand, type Context } from "../../context";
import { methods, type DataKey, type Transform, type TransformParameter } from "../../protocol/generated";
import { showInformation } from "../../ui/notify";
import { pickName } from "../../ui/pick";
import { labelText, notificationText, plainText } from "../../ui/text";
import { LiveTree, showLiveTree } from "../../ui/trees";
import type { Console } from "../console";
import type { DataNode } from "../data";
import {
  batchCode,
  fitting,
  formRows,
  keysOfKinds,
  missing,
  parseValue,
  pipelineCode,
  proposedKey,
  sessionsCode,
  transformCode,
  transformTree,
  workspaceCode,
  type FormValues,
  type TransformNode,
} from "./model";

export function activateTransforms(ctx: Context, console: Console): void {
  const tree = new TransformTree(ctx);
  // What is registered in the console shows after Load Transforms; the list is long, and runs are many.
  showLiveTree(ctx, "whiskertoolbox.transforms", tree, () => ({ dispose: () => undefined }));

  registerCommand(ctx, "whiskertoolbox.transformKey", async (node?: DataNode) => {
    const keys = (await ctx.daemon.request(methods.dataList, {})).keys;
    const key = node?.kind === "key" ? node.data : await pickKey(keys);
    if (key !== undefined) {
      const transform = await pickTransform(fitting(await listed(ctx), key.type), key);
      if (transform !== undefined) {
        await fillAndRun(console, transform, key.key, keys);
      }
    }
  });
  registerCommand(ctx, "whiskertoolbox.runTransform", async (node?: TransformNode) => {
    if (node?.kind !== "transform") {
      return;
    }
    const keys = (await ctx.daemon.request(methods.dataList, {})).keys;
    const names = keysOfKinds(keys, node.transform.kinds);
    const input = await pickName(names, {
      title: node.transform.name,
      placeHolder: names.length > 0 ? "Data key to take" : "The session has no data key that it takes",
    });
    if (input !== undefined) {
      await fillAndRun(console, node.transform, input, keys);
    }
  });
  registerCommand(ctx, "whiskertoolbox.rerunKey", async (node?: DataNode) => {
    if (node?.kind === "key") {
      await console.run(`dm.rerun(${JSON.stringify(node.data.key)})`);
    }
  });
  registerCommand(ctx, "whiskertoolbox.rerunOutOfDate", () =>
    console.run("for key in dm.out_of_date():\n    dm.rerun(key)\n    print(key)"),
  );
  registerCommand(ctx, "whiskertoolbox.loadTransforms", async () => {
    for (const folder of workspace.workspaceFolders ?? []) {
      await console.run(workspaceCode(folder.uri.fsPath));
    }
    tree.refresh();
  });
  registerCommand(ctx, "whiskertoolbox.runPipeline", async (uri?: Uri) => {
    const file = uri instanceof Uri ? uri : await pickPipeline("Run Pipeline");
    if (file !== undefined) {
      await console.run(pipelineCode(file.fsPath));
    }
  });
  registerCommand(ctx, "whiskertoolbox.runBatch", async (uri?: Uri) => {
    const file = uri instanceof Uri ? uri : await pickPipeline("Batch");
    if (file !== undefined) {
      await batch(ctx, console, file.fsPath);
    }
  });
}

async function listed(ctx: Context): Promise<readonly Transform[]> {
  return (await ctx.daemon.request(methods.transformsList, {})).transforms;
}

async function pickKey(keys: readonly DataKey[]): Promise<DataKey | undefined> {
  const items = keys.map((key) => ({
    label: labelText(key.key),
    description: labelText(key.sizeLabel),
    key,
  }));
  return (await window.showQuickPick(items, { title: "Transform", placeHolder: "Data key to take" }))?.key;
}

async function pickTransform(transforms: readonly Transform[], key: DataKey): Promise<Transform | undefined> {
  const items = transforms.map((transform) => ({
    label: labelText(transform.name),
    description: transform.origin === "second generation" ? transform.origin : "",
    detail: labelText(transform.summary),
    transform,
  }));
  const chosen = await window.showQuickPick(items, {
    title: `Transform ${plainText(key.key)}`,
    placeHolder: "What to make of it",
    matchOnDetail: true,
  });
  return chosen?.transform;
}

/** Show the form until it is run or left. */
async function fillAndRun(
  console: Console,
  transform: Transform,
  input: string,
  keys: readonly DataKey[],
): Promise<void> {
  let output = proposedKey(input, transform.name);
  let values: FormValues = {};
  for (;;) {
    const rows = formRows(transform, values);
    const lacking = missing(transform, values);
    const chosen = await window.showQuickPick(
      [
        {
          label:
            lacking === undefined ? "$(play) Run" : `$(circle-slash) Run: ${labelText(lacking)} is missing`,
          description: `${labelText(input)} → ${labelText(output)}`,
          name: "run",
        },
        { label: "$(edit) Output key", description: labelText(output), name: "output" },
        ...rows.map((row) => ({
          label: labelText(row.label),
          description: labelText(row.value),
          detail: labelText(row.detail),
          name: `value ${row.name}`,
        })),
      ],
      {
        title: plainText(`${transform.name}: ${transform.summary}`),
        placeHolder: "Choose a parameter to change it, or Run",
      },
    );
    if (chosen === undefined) {
      return;
    }
    if (chosen.name === "output") {
      output = (await window.showInputBox({ title: "Output key", value: output })) ?? output;
    } else if (chosen.name !== "run") {
      values = await changed(transform, chosen.name.replace(/^value /, ""), values, keys);
    } else if (lacking === undefined) {
      await console.run(transformCode(transform, input, output, values));
      return;
    }
  }
}

async function changed(
  transform: Transform,
  name: string,
  values: FormValues,
  keys: readonly DataKey[],
): Promise<FormValues> {
  const data = transform.data.find((one) => one.name === name);
  if (data !== undefined) {
    const key = await pickName(keysOfKinds(keys, data.kinds), {
      title: name,
      placeHolder: data.doc,
    });
    return key === undefined ? values : { ...values, [name]: key };
  }
  const parameter = transform.parameters.find((one) => one.name === name);
  const value = parameter === undefined ? undefined : await ask(parameter, values[name]);
  return value === undefined ? values : { ...values, [name]: value };
}

async function ask(parameter: TransformParameter, now: unknown): Promise<unknown> {
  const title = parameter.unit === "" ? parameter.name : `${parameter.name} (${parameter.unit})`;
  const choices = parameter.type === "boolean" ? ["true", "false"] : parameter.choices;
  if (choices.length > 0) {
    const chosen = await pickName(choices, { title, placeHolder: parameter.doc });
    return chosen === undefined || parameter.type !== "boolean" ? chosen : chosen === "true";
  }
  const text = now === undefined ? parameter.default : JSON.stringify(now);
  const typed = await window.showInputBox({
    title: plainText(title),
    // A prompt, and what is wrong, are Markdown links where they can be.
    prompt: notificationText(parameter.doc),
    value: parameter.type === "string" ? text.replaceAll(/^"|"$/g, "") : text,
    validateInput: (entered) => {
      const parsed = parseValue(parameter, entered);
      return "problem" in parsed ? notificationText(parsed.problem) : undefined;
    },
  });
  const parsed = typed === undefined ? undefined : parseValue(parameter, typed);
  return parsed !== undefined && "value" in parsed ? parsed.value : undefined;
}

async function pickPipeline(title: string): Promise<Uri | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const chosen = await window.showOpenDialog({
    title: `${title}: choose a pipeline (JSON)`,
    openLabel: "Run",
    filters: { Pipeline: ["json"] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return chosen?.[0];
}

async function batch(ctx: Context, console: Console, path: string): Promise<void> {
  const { keys } = await ctx.daemon.request(methods.dataList, {});
  const entities = keysOfKinds(keys, ["DigitalInterval", "DigitalEvent"]);
  const sessions = { label: "$(folder) Session folders…", key: "" };
  const items = entities.map((key) => ({ label: labelText(key), key }));
  const over = await window.showQuickPick([...items, sessions], {
    title: "Batch",
    placeHolder: "Run the pipeline on the data of each interval or event of, or in each session of",
  });
  if (over === sessions) {
    const folders = await window.showOpenDialog({
      title: "Batch: choose session folders",
      openLabel: "Run",
      canSelectFolders: true,
      canSelectFiles: false,
      canSelectMany: true,
    });
    if (folders === undefined || folders.length === 0) {
      await showInformation("No session folder was chosen; nothing was run.");
      return;
    }
    await console.run(
      sessionsCode(
        path,
        folders.map((folder) => folder.fsPath),
      ),
    );
  } else if (over !== undefined) {
    await console.run(batchCode(path, over.key));
  }
}

class TransformTree extends LiveTree<TransformNode> {
  protected isThere(): boolean {
    const { state } = this.ctx.daemon;
    return state.kind === "running" && ["idle", "busy"].includes(state.session.state);
  }

  async getChildren(parent?: TransformNode): Promise<TransformNode[]> {
    if (parent !== undefined) {
      return parent.kind === "group" ? [...parent.children] : [];
    }
    if (!this.isThere()) {
      return [];
    }
    const nodes = [...transformTree(await listed(this.ctx))];
    this.listed();
    return nodes;
  }

  getTreeItem(node: TransformNode): TreeItem {
    if (node.kind === "group") {
      const item = new TreeItem(plainText(node.label), TreeItemCollapsibleState.Collapsed);
      item.id = node.id;
      item.description = String(node.children.length);
      return item;
    }
    const item = new TreeItem(plainText(node.transform.name));
    item.id = node.id;
    item.tooltip = plainText(node.transform.summary);
    item.iconPath = new ThemeIcon("symbol-function");
    item.contextValue = "transform";
    item.command = { command: "whiskertoolbox.runTransform", title: "Run", arguments: [node] };
    return item;
  }
}
