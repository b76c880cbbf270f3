// The view of the session's data keys.

import {
  commands,
  MarkdownString,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  type TreeDragAndDropController,
} from "vscode";
import { registerCommand, type Context } from "../../context";
import { methods } from "../../protocol/generated";
import type { Owned } from "../../owned";
import { confirm } from "../../ui/notify";
import { plainText } from "../../ui/text";
import { LiveTree, showLiveTree } from "../../ui/trees";
import type { Console } from "../console";
import type { Viewer } from "../viewer";
import {
  dataTree,
  describeKey,
  SecondClick,
  getDataExpression,
  keysIn,
  keyTooltip,
  provenanceText,
  urisIn,
  variableStatement,
  type DataNode,
} from "./model";

export { keysIn, type DataNode } from "./model";

export function activateData(ctx: Context, console: Console, viewer: Viewer): void {
  const onChange = (refresh: () => void): Owned => ctx.daemon.on(methods.dataChanged, refresh);
  const tree = new DataTree(ctx);
  const view = showLiveTree(ctx, "whiskertoolbox.dataKeys", tree, onChange, filesAreLoaded);
  ctx.subscriptions.push(
    viewer.onDidSelect((selection) => {
      const node = selection && tree.nodeOf(selection.key);
      if (node !== undefined && view.visible) {
        void view.reveal(node, { select: true, focus: false });
      }
    }),
  );
  const keyOf = (node: DataNode | undefined): string | undefined => {
    const selected = node ?? view.selection[0];
    return selected?.kind === "key" ? selected.data.key : undefined;
  };
  const clicks = new SecondClick();
  registerCommand(ctx, "whiskertoolbox.showKey", async (node?: DataNode) => {
    const selected = node ?? view.selection[0];
    if (selected !== undefined) {
      await viewer.show(keysIn(selected));
    }
  });
  registerCommand(ctx, "whiskertoolbox.clickKey", async (node: DataNode) => {
    if (node.kind === "key" && clicks.isSecond(node.data.key, performance.now())) {
      await viewer.show([node.data.key]);
    }
  });
  registerCommand(ctx, "whiskertoolbox.insertKey", async (node?: DataNode) => {
    const key = keyOf(node);
    if (key !== undefined) {
      await console.insert(getDataExpression(key));
    }
  });
  registerCommand(ctx, "whiskertoolbox.insertAsVariable", async (node?: DataNode) => {
    const selected = node ?? view.selection[0];
    const statement = selected === undefined ? undefined : variableStatement(selected);
    if (statement !== undefined) {
      await console.insert(statement);
    }
  });
  registerCommand(ctx, "whiskertoolbox.revealKeyInConsole", async (node?: DataNode) => {
    const key = keyOf(node);
    if (key !== undefined) {
      await console.run(getDataExpression(key));
    }
  });
  registerCommand(ctx, "whiskertoolbox.deleteKey", async (node?: DataNode) => {
    const key = keyOf(node);
    if (key !== undefined && (await isDeletionWanted(key))) {
      await ctx.daemon.request(methods.dataDelete, { key });
    }
  });
}

function isDeletionWanted(key: string): Promise<boolean> {
  return confirm({
    question: `Delete "${key}"?`,
    detail: "This removes it from the session. The source file is not changed.",
    action: "Delete",
  });
}

/** Files and folders that are dropped on the view are loaded, one after the other. */
const filesAreLoaded: TreeDragAndDropController<DataNode> = {
  dragMimeTypes: [],
  dropMimeTypes: ["text/uri-list"],
  async handleDrop(_target, dropped) {
    const list = (await dropped.get("text/uri-list")?.asString()) ?? "";
    for (const uri of urisIn(list)) {
      await commands.executeCommand("whiskertoolbox.loadData", Uri.parse(uri, true));
    }
  },
};

class DataTree extends LiveTree<DataNode> {
  #shown: readonly DataNode[] = [];

  /** The keys do not depend on the interpreter. */
  protected isThere(): boolean {
    const { state } = this.ctx.daemon;
    return state.kind === "running" && state.session.state !== "unavailable";
  }

  async getChildren(parent?: DataNode): Promise<DataNode[]> {
    if (parent !== undefined) {
      return parent.kind === "group" ? [...parent.children] : [];
    }
    if (!this.isThere()) {
      return [];
    }
    const keys = await this.ctx.daemon.request(methods.dataList, {});
    this.listed();
    this.say(keys.truncated ? `Only the first ${keys.keys.length} keys are shown.` : "");
    this.#shown = dataTree(keys);
    return [...this.#shown];
  }

  getParent(node: DataNode): DataNode | undefined {
    return this.#shown.find((group) => group.kind === "group" && group.children.includes(node));
  }

  /** The row of a data key, as it was listed last. */
  nodeOf(key: string): DataNode | undefined {
    return this.#shown
      .flatMap((group) => (group.kind === "group" ? group.children : []))
      .find((node) => node.kind === "key" && node.data.key === key);
  }

  /** Asked for when the mouse rests on a row: what its file says of the key, and how it was made. */
  async resolveTreeItem(item: TreeItem, node: DataNode): Promise<TreeItem> {
    if (node.kind === "key") {
      const { said, provenance } = await this.ctx.daemon.request(methods.dataDetails, { key: node.data.key });
      item.tooltip = new MarkdownString(keyTooltip(node.data, said) + provenanceText(provenance), true);
    }
    return item;
  }

  getTreeItem(node: DataNode): TreeItem {
    switch (node.kind) {
      case "group": {
        const isClocks = node.type === "Clocks";
        const item = new TreeItem(
          plainText(node.label),
          isClocks ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.Expanded,
        );
        item.id = node.id;
        item.description = String(node.count);
        item.contextValue = isClocks ? "clocks" : "group"; // clocks are neither shown nor exported
        return item;
      }
      case "key": {
        const item = new TreeItem(plainText(node.data.key));
        item.id = node.id;
        item.description = plainText(describeKey(node.data));
        item.iconPath = new ThemeIcon(node.icon);
        item.contextValue = "key";
        item.command = { command: "whiskertoolbox.clickKey", title: "Show", arguments: [node] };
        return item;
      }
      case "clock": {
        const item = new TreeItem(plainText(node.timeKey));
        item.id = node.id;
        item.description = `${node.size.toLocaleString("en")} ticks`;
        item.iconPath = new ThemeIcon("watch");
        item.contextValue = "clock";
        return item;
      }
    }
  }
}
