// The view of transforms.

import { ThemeIcon, TreeItem, TreeItemCollapsibleState } from "vscode";
import { methods } from "../../protocol/generated";
import { plainText } from "../../ui/text";
import { LiveTree } from "../../ui/trees";
import { transformTree, type TransformNode } from "./model";

export class TransformTree extends LiveTree<TransformNode> {
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
    const { transforms } = await this.ctx.daemon.request(methods.transformsList, {});
    this.listed();
    return [...transformTree(transforms)];
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
