// The view of the interpreter's variables.

import { commands, MarkdownString, ThemeIcon, TreeItem, TreeItemCollapsibleState, window } from "vscode";
import { registerCommand, type Context } from "../../context";
import { methods, type VariableSort } from "../../protocol/generated";
import { askText } from "../../ui/ask";
import { markdownText, plainText } from "../../ui/text";
import { LiveTree, showLiveTree } from "../../ui/trees";
import type { Console } from "../console";
import type { Debugging } from "../debug";
import type { Tables } from "../tables";
import { registerChanges } from "./changes";
import { registerDebugged } from "./debugged";
import {
  foldedLabel,
  iconOf,
  isStorable,
  isViewable,
  memoryText,
  summaryText,
  viewingStatement,
  type VariableNode,
} from "./model";
import { storeNewVariables, storeVariable } from "./storing";

/** Children shown at once, and added by each "more". */
const pageSize = 200;

const sorts: readonly { readonly label: string; readonly sort: VariableSort }[] = [
  { label: "Name", sort: "name" },
  { label: "Type", sort: "type" },
  { label: "Size, the largest first", sort: "size" },
  { label: "Recency, what changed last first", sort: "recent" },
];
const rememberedSort = "whiskertoolbox.variables.sort";

export function activateVariables(
  ctx: Context,
  console: Console,
  tables: Tables,
  debugging: Pick<Debugging, "looksAtAnotherProcess">,
): void {
  const tree = new VariablesTree(ctx);
  const view = showLiveTree(ctx, "whiskertoolbox.variables", tree, (refresh) =>
    ctx.daemon.on(methods.variablesChanged, refresh),
  );
  const selected = (
    node: VariableNode | undefined,
  ): Extract<VariableNode, { kind: "variable" }> | undefined => {
    const chosen = node ?? view.selection[0];
    return chosen?.kind === "variable" ? chosen : undefined;
  };
  registerCommand(ctx, "whiskertoolbox.insertVariable", async (node?: VariableNode) => {
    const variable = selected(node)?.variable;
    if (variable !== undefined && variable.expression !== "") {
      await console.insert(variable.expression);
    }
  });
  registerCommand(ctx, "whiskertoolbox.storeVariable", async (node?: VariableNode) => {
    const variable = selected(node)?.variable;
    if (variable !== undefined && isStorable(variable)) {
      await storeVariable(ctx, console, variable);
    }
  });
  registerCommand(ctx, "whiskertoolbox.storeNewVariables", () => storeNewVariables(ctx, console));
  registerCommand(ctx, "whiskertoolbox.viewVariable", async (node?: VariableNode) => {
    const variable = selected(node)?.variable;
    if (variable !== undefined && isViewable(variable)) {
      await console.run(viewingStatement(variable.expression));
    }
  });
  registerCommand(ctx, "whiskertoolbox.showVariable", (node?: VariableNode) => {
    const chosen = selected(node);
    if (chosen?.variable.isTable === true) {
      tables.show(chosen.path, chosen.variable.expression || chosen.variable.name);
    }
  });
  registerCommand(ctx, "whiskertoolbox.showMoreVariables", (node: VariableNode) => {
    tree.showMore(node);
  });
  registerCommand(ctx, "whiskertoolbox.filterVariables", async () => {
    const filter = await askText({
      title: "Filter Variables",
      prompt: "Text of a name or type; empty shows all",
      value: tree.filter,
    });
    if (filter !== undefined) {
      tree.setFilter(filter);
    }
  });
  registerCommand(ctx, "whiskertoolbox.clearVariableFilter", () => {
    tree.setFilter("");
  });
  registerCommand(ctx, "whiskertoolbox.sortVariables", async () => {
    const items = sorts.map((one) => ({ ...one, picked: one.sort === tree.sort }));
    const chosen = await window.showQuickPick(items, { title: "Sort Variables By" });
    if (chosen !== undefined) {
      await tree.setSort(chosen.sort);
    }
  });
  registerDebugged(ctx, console, tables, debugging);
  registerChanges(ctx, console, (node) => {
    const chosen = selected(node);
    return chosen?.path.length === 1 ? chosen.variable : undefined;
  });
}

class VariablesTree extends LiveTree<VariableNode> {
  /** How many children are shown of a level, where it is more than one page. */
  readonly #limits = new Map<string, number>();
  filter = "";
  sort: VariableSort;

  constructor(ctx: Context) {
    super(ctx);
    this.sort = ctx.memory.get(rememberedSort, "name");
  }

  protected isThere(): boolean {
    const { state } = this.ctx.daemon;
    return state.kind === "running" && state.session.interpreter !== null;
  }

  showMore(node: VariableNode): void {
    if (node.kind === "more") {
      this.#limits.set(node.level, node.shown + pageSize);
      this.refresh();
    }
  }

  setFilter(filter: string): void {
    this.filter = filter.trim();
    void commands.executeCommand("setContext", "whiskertoolbox.variables.filtered", this.filter !== "");
    this.refresh();
  }

  async setSort(sort: VariableSort): Promise<void> {
    this.sort = sort;
    await this.ctx.memory.update(rememberedSort, sort);
    this.refresh();
  }

  async getChildren(parent?: VariableNode): Promise<VariableNode[]> {
    if (this.ctx.daemon.state.kind !== "running" || parent?.kind === "more") {
      return [];
    }
    const path = parent?.kind === "variable" ? parent.path : [];
    const kind = parent?.kind === "folded" ? parent.of : "data";
    const level = [...path, kind].join("\0");
    const limit = this.#limits.get(level) ?? pageSize;
    const answer = await this.ctx.daemon.request(methods.variablesList, {
      path: [...path],
      offset: 0,
      limit,
      kind,
      sort: this.sort,
      filter: parent === undefined ? this.filter : "",
    });
    if (parent === undefined) {
      this.listed();
      this.say(summaryText(answer, this.filter));
    }
    const nodes = answer.variables.map((variable): VariableNode => ({
      kind: "variable",
      path: [...path, variable.childId],
      variable,
    }));
    if (answer.total > nodes.length) {
      nodes.push({ kind: "more", level, shown: nodes.length, total: answer.total });
    }
    const folded = answer.folded.map(({ kind: of, count }): VariableNode => ({ kind: "folded", of, count }));
    return [...nodes, ...folded];
  }

  getTreeItem(node: VariableNode): TreeItem {
    if (node.kind === "more") {
      const item = new TreeItem(`Show more (${node.total - node.shown} left)…`);
      item.id = `${node.level}\0more`;
      item.command = { command: "whiskertoolbox.showMoreVariables", title: "Show More", arguments: [node] };
      return item;
    }
    if (node.kind === "folded") {
      const item = new TreeItem(foldedLabel(node.of, node.count), TreeItemCollapsibleState.Collapsed);
      item.id = `\0folded\0${node.of}`;
      item.contextValue = "folded";
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
    item.contextValue =
      (path.length === 1 ? "variable" : variable.expression === "" ? "child" : "child.expression") +
      (variable.isTable ? ".table" : "") +
      (isStorable(variable) ? ".data" : "") +
      (isViewable(variable) ? ".view" : "");
    return item;
  }

  /** What a hover shows is asked for when somebody hovers. */
  async resolveTreeItem(item: TreeItem, node: VariableNode): Promise<TreeItem> {
    if (node.kind === "variable") {
      const { variable, path } = node;
      let statistics = "";
      try {
        const found = await this.ctx.daemon.request(methods.variablesDescribe, { path: [...path] });
        statistics = found.statistics;
      } catch {
        // it is gone, or the interpreter is busy in C code: what is known is shown
      }
      const size = variable.sizeBytes > 0 ? memoryText(variable.sizeBytes) : "";
      item.tooltip = new MarkdownString(
        [
          `**${markdownText(variable.name)}** · ${markdownText(variable.type)}`,
          ...[variable.summary, statistics, size]
            .filter((text) => text !== "")
            .map((text) => markdownText(text)),
        ].join("\n\n"),
      );
    }
    return item;
  }
}
