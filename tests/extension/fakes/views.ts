// A view as a test looks at it: its rows, and how often it asks to be drawn again.

import {
  TreeItemCollapsibleState,
  type LogOutputChannel,
  type Memento,
  type TreeDataProvider,
  type TreeItem,
  type Uri,
} from "vscode";
import type { Context } from "../../../extension/src/context";
import type { Console } from "../../../extension/src/features/console";
import type { FakeDaemon } from "./daemon";
import { treeViews } from "./vscode";

export const noConsole: Console = {
  open: () => Promise.reject(new Error("the test opens no console")),
  run: () => Promise.resolve(),
  runAll: () => Promise.resolve(),
  insert: () => Promise.resolve(),
  observe: () => undefined,
  reveal: () => Promise.resolve(false),
};

export function contextWith(daemon: FakeDaemon, log: unknown = {}): Context {
  const nowhere = { fsPath: "/nowhere" } as unknown as Uri;
  return {
    daemon,
    log: log as LogOutputChannel,
    storage: nowhere,
    memory: {
      get: (_key: string, otherwise: unknown) => otherwise,
      update: () => Promise.resolve(),
    } as unknown as Memento,
    extensionUri: nowhere,
    subscriptions: [],
  };
}

export const providerOf = (id: string): TreeDataProvider<unknown> =>
  treeViews.get(id)?.treeDataProvider as TreeDataProvider<unknown>;

/** Labels of a tree's rows, those of open groups under them. */
export async function rows(provider: TreeDataProvider<unknown>, parent?: unknown): Promise<string[]> {
  const nodes = (await provider.getChildren(parent)) ?? [];
  const labels = nodes.map(async (node) => {
    const item = (await provider.getTreeItem(node)) as TreeItem & { readonly label: string };
    return [
      item.label,
      ...(item.collapsibleState === TreeItemCollapsibleState.Expanded ? await rows(provider, node) : []),
    ];
  });
  return (await Promise.all(labels)).flat();
}

/** How often a tree asks to be drawn again. */
export function countRefreshes(provider: TreeDataProvider<unknown>): () => number {
  let refreshes = 0;
  provider.onDidChangeTreeData?.(() => refreshes++);
  return () => refreshes;
}
