// The view of transforms, the page of a pipeline, and pipelines and batches from files.

import { Uri } from "vscode";
import { registerCommand, type Context } from "../../context";
import type { Console } from "../console";
import type { DataNode } from "../data";
import type { Viewer } from "../viewer";
import { showLiveTree } from "../../ui/trees";
import { startBatch } from "./batch";
import { activateBatches } from "./batches";
import { chooseInput, chooseStep, chooseStepFor, WorkspaceTransforms } from "./choose";
import { fileCode, fileExpression, type TransformNode } from "./model";
import { pickPipeline, PipelinePanel } from "./page";
import { TransformTree } from "./tree";

export function activateTransforms(ctx: Context, console: Console, viewer: Viewer): void {
  const tree = new TransformTree(ctx);
  // What is registered in the console shows after Load Transforms; the list is long, and runs are many.
  showLiveTree(ctx, "whiskertoolbox.transforms", tree, () => ({ dispose: () => undefined }));
  const ofWorkspace = new WorkspaceTransforms(ctx, console);
  const panel = new PipelinePanel(ctx, console, viewer, async (before) => {
    await ofWorkspace.bringUpToDate();
    return chooseStep(ctx, before);
  });
  ctx.subscriptions.push(panel);
  activateBatches(ctx, console);

  registerCommand(ctx, "whiskertoolbox.openPipeline", async (uri?: Uri) => {
    if (uri instanceof Uri) {
      await panel.openFile(uri);
    } else {
      panel.open();
    }
  });
  registerCommand(ctx, "whiskertoolbox.transformKey", async (node?: DataNode) => {
    await ofWorkspace.bringUpToDate();
    const step = await (node?.kind === "key" ? chooseStepFor(ctx, node.data) : chooseStep(ctx, []));
    if (step !== undefined) {
      await panel.add(step);
    }
  });
  registerCommand(ctx, "whiskertoolbox.runTransform", async (node?: TransformNode) => {
    const step = node?.kind === "transform" ? await chooseInput(ctx, node.transform) : undefined;
    if (step !== undefined) {
      await panel.add(step);
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
    await ofWorkspace.load();
    tree.refresh();
    panel.refresh();
  });
  registerCommand(ctx, "whiskertoolbox.runPipeline", async (uri?: Uri) => {
    const file = uri instanceof Uri ? uri : await pickPipeline("Run");
    if (file !== undefined) {
      await console.run(fileCode(file.fsPath));
    }
  });
  registerCommand(ctx, "whiskertoolbox.runBatch", async (uri?: Uri) => {
    const file = uri instanceof Uri ? uri : await pickPipeline("Run");
    if (file !== undefined) {
      await startBatch(ctx, console, fileExpression(file.fsPath));
    }
  });
}
