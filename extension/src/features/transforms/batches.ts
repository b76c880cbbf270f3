// The view of batches: how far each is, and what failed.

import {
  commands,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
  workspace,
} from "vscode";
import { registerCommand, type Context } from "../../context";
import { methods, type BatchError, type BatchStatus } from "../../protocol/generated";
import { plainText } from "../../ui/text";
import { calmly } from "../../ui/calm";
import { LiveTree, showLiveTree } from "../../ui/trees";
import type { Console } from "../console";
import { batchContext, batchText, retryCode } from "./model";

type BatchNode =
  | { readonly kind: "batch"; readonly batch: BatchStatus }
  | { readonly kind: "error"; readonly error: BatchError; readonly id: string }
  | { readonly kind: "more"; readonly count: number; readonly id: string };

const icons: Readonly<Record<BatchStatus["state"], ThemeIcon>> = {
  running: new ThemeIcon("sync~spin"),
  done: new ThemeIcon("check"),
  cancelled: new ThemeIcon("circle-slash"),
  failed: new ThemeIcon("error"),
};
const warning = new ThemeIcon("warning", new ThemeColor("list.warningForeground"));
/** Of the texts of errors. */
const scheme = "whiskertoolbox-batch-error";
/** A batch is told of more often than people read. */
const tellAfterMs = 300;

export function activateBatches(ctx: Context, console: Console): void {
  const tree = new BatchTree(ctx);
  showLiveTree(ctx, "whiskertoolbox.batches", tree, (refresh) => {
    const calm = calmly(refresh, tellAfterMs);
    const heard = ctx.daemon.on(methods.loopProgress, calm.ask);
    console.observe({ started: () => undefined, shown: () => undefined, ended: calm.ask });
    return {
      dispose: () => {
        heard.dispose();
        calm.dispose();
      },
    };
  });
  const texts = new Map<string, string>();
  ctx.subscriptions.push(
    workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: ({ query }) => texts.get(query) ?? "This error is not known any more.",
    }),
  );
  registerCommand(ctx, "whiskertoolbox.cancelBatch", () => ctx.daemon.request(methods.interrupt, {}));
  const retry = async (node?: BatchNode): Promise<void> => {
    if (node?.kind === "batch") {
      await console.run(retryCode(node.batch.number));
    }
  };
  registerCommand(ctx, "whiskertoolbox.retryBatch", retry);
  registerCommand(ctx, "whiskertoolbox.resumeBatch", retry);
  registerCommand(ctx, "whiskertoolbox.showBatchError", async (node?: BatchNode) => {
    if (node?.kind === "error") {
      await showText(texts, node);
    }
  });
}

/** Show an error in an editor that nobody is asked to save. */
async function showText(
  texts: Map<string, string>,
  { error, id }: BatchNode & { kind: "error" },
): Promise<void> {
  const { label, message, traceback } = error;
  const path = `/${plainText(label, 60).replaceAll("/", " ")}`;
  const uri = Uri.from({ scheme, path, query: id });
  texts.set(id, `${label}: ${message}\n\n${traceback}`);
  await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
}

/** Show the view, so that one sees how far a batch is. */
export async function revealBatches(): Promise<void> {
  await commands.executeCommand("whiskertoolbox.batches.focus");
}

class BatchTree extends LiveTree<BatchNode> {
  protected isThere(): boolean {
    const { state } = this.ctx.daemon;
    return state.kind === "running" && ["idle", "busy"].includes(state.session.state);
  }

  async getChildren(parent?: BatchNode): Promise<BatchNode[]> {
    if (parent !== undefined) {
      return parent.kind === "batch" ? errorsOf(parent.batch) : [];
    }
    if (!this.isThere()) {
      return [];
    }
    const { batches } = await this.ctx.daemon.request(methods.batchesList, {});
    this.listed();
    return batches.map((batch) => ({ kind: "batch", batch }));
  }

  getTreeItem(node: BatchNode): TreeItem {
    switch (node.kind) {
      case "batch": {
        const { batch } = node;
        const { None, Expanded } = TreeItemCollapsibleState;
        // What changes comes first: the view is narrow.
        const item = new TreeItem(batchText(batch), batch.failed > 0 ? Expanded : None);
        item.id = `batch:${batch.number}:${batch.failed > 0}`;
        item.description = plainText(batch.label);
        item.tooltip = plainText(`${batch.label}: ${batchText(batch)}`);
        item.iconPath = batch.state === "done" && batch.failed > 0 ? warning : icons[batch.state];
        item.contextValue = batchContext(batch);
        return item;
      }
      case "error": {
        const item = new TreeItem(plainText(node.error.label));
        item.id = node.id;
        item.description = plainText(node.error.message);
        item.tooltip = plainText(node.error.message);
        item.iconPath = new ThemeIcon("error", new ThemeColor("list.errorForeground"));
        item.command = { command: "whiskertoolbox.showBatchError", title: "Show", arguments: [node] };
        return item;
      }
      case "more": {
        const item = new TreeItem(`and ${node.count.toLocaleString("en")} more`);
        item.id = node.id;
        return item;
      }
    }
  }
}

function errorsOf({ number, errors, failed }: BatchStatus): BatchNode[] {
  const nodes = errors.map((error, place): BatchNode => ({
    kind: "error",
    error,
    id: `batch:${number}:error:${place}`,
  }));
  const count = failed - errors.length;
  return count > 0 ? [...nodes, { kind: "more", count, id: `batch:${number}:more` }] : nodes;
}
