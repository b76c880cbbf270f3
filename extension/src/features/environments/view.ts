// The view of the environment: its Python, the settings that concern it, and the packages installed in it.

import { MarkdownString, ThemeIcon, TreeItem, TreeItemCollapsibleState } from "vscode";
import { methods, type EnvironmentKind, type Package } from "../../protocol/generated";
import { markdownText, plainText } from "../../ui/text";
import { LiveTree } from "../../ui/trees";
import { describeInUse, describePackage, packagesWith } from "./model";

export type EnvironmentNode =
  | { readonly kind: "python" | "executable" | "packages" | "settings" }
  | {
      readonly kind: "setting";
      readonly label: string;
      readonly icon: string;
      readonly command: NonNullable<TreeItem["command"]>;
    }
  | { readonly kind: "package"; readonly package: Package }
  | { readonly kind: "neededBy"; readonly name: string; readonly of: string };

/** Each opens its place: VS Code's settings at that query, or what asks for it. */
const settings: readonly EnvironmentNode[] = [
  setting("Interpreter", "symbol-method", "@id:whiskertoolbox.interpreterPath"),
  setting("Prelude", "file-code", "@id:whiskertoolbox.run.prelude"),
  setting("Working directory", "folder", "@id:whiskertoolbox.run.workingDirectory"),
  {
    kind: "setting",
    label: "Arguments of a script",
    icon: "terminal",
    // Each file has its own: they are asked for when it is run.
    command: { command: "whiskertoolbox.runFileWithArguments", title: "Run File with Arguments…" },
  },
  setting("Other settings of runs", "play", "whiskertoolbox.run"),
  setting("Debugging", "debug", "whiskertoolbox.debug"),
  setting("Console auto-scroll", "arrow-down", "@id:interactiveWindow.alwaysScrollOnNewCell"),
  setting("Console font", "text-size", "notebook font"),
  setting("Line numbers", "list-ordered", "lineNumbers"),
];

function setting(label: string, icon: string, query: string): EnvironmentNode {
  const command = {
    command: "workbench.action.openSettings",
    title: "Open Setting",
    arguments: [query],
  };
  return { kind: "setting", label, icon, command };
}

export class EnvironmentTree extends LiveTree<EnvironmentNode> {
  /** Of this Python; asked for again when something may have changed. */
  #listed: { readonly python: string; readonly packages: readonly Package[] } | undefined;
  #known: { readonly python: string; readonly kind: EnvironmentKind } | undefined;
  #filter = "";
  #latest: ReadonlyMap<string, string> = new Map();

  protected isThere(): boolean {
    return this.python() !== undefined;
  }

  /** Executable of the Python that is shown. */
  python(): string | undefined {
    const { state } = this.ctx.daemon;
    return state.kind === "running" ? state.session.interpreter?.executable : undefined;
  }

  /** Ask the package index of what there are newer versions. */
  async checkForUpdates(): Promise<number> {
    const python = this.python();
    if (python === undefined) {
      return 0;
    }
    const { packages } = await this.ctx.daemon.request(methods.packagesOutdated, { python });
    this.#latest = new Map(packages.map(({ name, latest }) => [name.toLowerCase(), latest]));
    this.refresh();
    return packages.length;
  }

  /** What the names of the packages that are shown contain. */
  get filter(): string {
    return this.#filter;
  }

  set filter(text: string) {
    if (text.trim() === this.#filter) {
      return;
    }
    this.#filter = text.trim();
    this.say(this.#filter === "" ? "" : `Packages with “${this.#filter}” in their names`);
    this.refresh();
  }

  packagesChanged(): void {
    this.#latest = new Map();
    this.#listed = undefined;
    this.refresh();
  }

  async getChildren(parent?: EnvironmentNode): Promise<EnvironmentNode[]> {
    const python = this.python();
    if (python === undefined) {
      return [];
    }
    switch (parent?.kind) {
      case undefined:
        await this.#lookAt(python);
        this.listed();
        return [{ kind: "python" }, { kind: "executable" }, { kind: "settings" }, { kind: "packages" }];
      case "settings":
        return [...settings];
      case "packages":
        return packagesWith(this.#filter, await this.#packagesOf(python)).map((listed) => ({
          kind: "package",
          package: listed,
        }));
      case "package":
        return parent.package.neededBy.map((name) => ({ kind: "neededBy", name, of: parent.package.name }));
      default:
        return [];
    }
  }

  /** Find out of what kind the environment is; without an answer it is not said. */
  async #lookAt(python: string): Promise<void> {
    if (this.#known?.python !== python) {
      const found = await this.ctx.daemon
        .request(methods.environmentsCheck, { python })
        .catch(() => undefined);
      this.#known = found === undefined ? undefined : { python, kind: found.kind };
    }
  }

  async #packagesOf(python: string): Promise<readonly Package[]> {
    if (this.#listed?.python !== python) {
      const { packages } = await this.ctx.daemon.request(methods.packagesList, { python });
      this.#listed = { python, packages };
    }
    return this.#listed.packages;
  }

  getTreeItem(node: EnvironmentNode): TreeItem {
    const { Collapsed, Expanded, None } = TreeItemCollapsibleState;
    const { state } = this.ctx.daemon;
    const interpreter = state.kind === "running" ? state.session.interpreter : null;
    switch (node.kind) {
      case "python":
        return row(`Python ${plainText(interpreter?.version ?? "")}`, {
          description: describeInUse(interpreter?.name ?? "", this.#known?.kind),
          icon: "symbol-method",
          contextValue: "python",
          command: { command: "whiskertoolbox.selectInterpreter", title: "Select Interpreter…" },
        });
      case "executable":
        return row(interpreter?.executable ?? "", { icon: "file-binary", contextValue: "executable" });
      case "settings":
        return row("Settings", { icon: "settings-gear", state: Collapsed });
      case "packages":
        return row("Packages", { icon: "package", contextValue: "packages", state: Expanded });
      case "setting":
        return row(node.label, { icon: node.icon, command: node.command });
      case "neededBy":
        return row(node.name, { description: `needs ${node.of}`, icon: "references" });
      case "package": {
        const latest = this.#latest.get(node.package.name.toLowerCase());
        const item = row(node.package.name, {
          description: describePackage(node.package, latest),
          icon: latest === undefined ? "package" : "arrow-circle-up",
          contextValue: `package${latest === undefined ? "" : ".outdated"}${node.package.homepage === "" ? "" : ".homepage"}`,
          state: node.package.neededBy.length > 0 ? Collapsed : None,
        });
        item.id = `package\0${node.package.name}`;
        item.tooltip = new MarkdownString(
          `**${markdownText(node.package.name)}** ${markdownText(node.package.version)}\n\n${markdownText(node.package.summary)}`,
        );
        return item;
      }
    }
  }
}

function row(
  label: string,
  options: {
    readonly icon: string;
    readonly description?: string;
    readonly contextValue?: string;
    readonly state?: TreeItemCollapsibleState;
    readonly command?: TreeItem["command"];
  },
): TreeItem {
  const item = new TreeItem(plainText(label), options.state ?? TreeItemCollapsibleState.None);
  item.iconPath = new ThemeIcon(options.icon);
  item.description = plainText(options.description ?? "");
  item.contextValue = options.contextValue ?? "row";
  if (options.command !== undefined) {
    item.command = options.command;
  }
  return item;
}
