// The view of the interpreter's variables.

import { MarkdownString, ThemeIcon, TreeItem, TreeItemCollapsibleState } from "vscode";
import { registerCommand, type Context } from "../../context";
import { methods, type Variable } from "../../protocol/generated";
import { markdownText, plainText } from "../../ui/text";
import { LiveTree, showLiveTree } from "../../ui/trees";
import type { Console } from "../console";
import { iconOf, isStorable } from "./model";
import { storeNewVariables, storeVariable } from "./storing";

type VariableNode =
  | { readonly kind: "variable"; readonly path: readonly string[]; readonly variable: Variable }
  /** There are more children than are shown; choosing it shows the next ones. */
  | {
      readonly kind: "more";
      readonly path: readonly string[];
      readonly shown: number;
      readonly total: number;
    };

/** Children shown at once, and added by each "more". */
const pageSize = 200;

export function activateVariables(ctx: Context, console: Console): void {
  const tree = new VariablesTree(ctx);
  const view = showLiveTree(ctx, "whiskertoolbox.variables", tree, (refresh) =>
    ctx.daemon.on(methods.variablesChanged, refresh),
  );
  registerCommand(ctx, "whiskertoolbox.insertVariable", async (node?: VariableNode) => {
    const selected = node ?? view.selection[0];
    if (selected?.kind === "variable" && selected.variable.expression !== "") {
      await console.insert(selected.variable.expression);
    }
  });
  registerCommand(ctx, "whiskertoolbox.storeVariable", async (node?: VariableNode) => {
    const selected = node ?? view.selection[0];
    if (selected?.kind === "variable" && isStorable(selected.variable)) {
      await storeVariable(ctx, console, selected.variable);
    }
  });
  registerCommand(ctx, "whiskertoolbox.storeNewVariables", () => storeNewVariables(ctx, console));
  registerCommand(ctx, "whiskertoolbox.deleteVariable", async (node?: VariableNode) => {
    const selected = node ?? view.selection[0];
    if (selected?.kind === "variable" && selected.path.length === 1) {
      await ctx.daemon.request(methods.variablesDelete, { name: selected.variable.name });
    }
  });
  registerCommand(ctx, "whiskertoolbox.showMoreVariables", (node: VariableNode) => {
    tree.showMore(node);
  });
}

class VariablesTree extends LiveTree<VariableNode> {
  /** How many children are shown of a level, where it is more than one page. */
  readonly #limits = new Map<string, number>();

  protected isThere(): boolean {
    const { state } = this.ctx.daemon;
    return state.kind === "running" && state.session.interpreter !== null;
  }

  showMore(node: VariableNode): void {
    if (node.kind === "more") {
      this.#limits.set(node.path.join("\0"), node.shown + pageSize);
      this.refresh();
    }
  }

  async getChildren(parent?: VariableNode): Promise<VariableNode[]> {
    if (this.ctx.daemon.state.kind !== "running") {
      return [];
    }
    const path = parent?.path ?? [];
    const limit = this.#limits.get(path.join("\0")) ?? pageSize;
    const answer = await this.ctx.daemon.request(methods.variablesList, { path, offset: 0, limit });
    if (parent === undefined) {
      this.listed();
      this.say(answer.stale ? "The interpreter is not responding; these are the last known variables." : "");
    }
    const nodes = answer.variables.map((variable): VariableNode => ({
      kind: "variable",
      path: [...path, variable.childId],
      variable,
    }));
    return answer.total > nodes.length
      ? [...nodes, { kind: "more", path, shown: nodes.length, total: answer.total }]
      : nodes;
  }

  getTreeItem(node: VariableNode): TreeItem {
    if (node.kind === "more") {
      const item = new TreeItem(`Show more (${node.total - node.shown} left)…`);
      item.id = `${node.path.join("\0")}\0more`;
      item.command = { command: "whiskertoolbox.showMoreVariables", title: "Show More", arguments: [node] };
      return item;
    }
    const { variable, path } = node;
    const item = new TreeItem(
      plainText(variable.name),
      variable.hasChildren ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None,
    );
    item.id = path.join("\0");
    item.description = [variable.type, variable.summary]
      .filter((part) => part !== "")
      .map((part) => plainText(part))
      .join("  ");
    item.iconPath = new ThemeIcon(iconOf(variable));
    const place = path.length === 1 ? "variable" : variable.expression === "" ? "child" : "child.expression";
    item.contextValue = isStorable(variable) ? `${place}.data` : place;
    item.tooltip = new MarkdownString(
      [
        `**${markdownText(variable.name)}** · ${markdownText(variable.type)}`,
        markdownText(variable.summary),
      ].join("\n\n"),
    );
    return item;
  }
}
