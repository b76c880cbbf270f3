// The two views against a daemon of the test's own.

import {
  TreeItemCollapsibleState,
  type LogOutputChannel,
  type TreeDataProvider,
  type TreeItem,
} from "vscode";
import { beforeEach, describe, expect, test } from "vitest";
import type { Context } from "../../extension/src/context";
import type { Console } from "../../extension/src/features/console";
import { activateData } from "../../extension/src/features/data";
import { activateVariables } from "../../extension/src/features/variables";
import { methods, type DataKey, type Variable } from "../../extension/src/protocol/generated";
import { FakeDaemon, idleSession } from "./fakes/daemon";
import { registeredCommands, treeViews } from "./fakes/vscode";

const noConsole: Console = {
  open: () => Promise.reject(new Error("the test opens no console")),
  run: () => Promise.resolve(),
  runAll: () => Promise.resolve(),
  insert: () => Promise.resolve(),
};

const lfp: DataKey = {
  key: "lfp",
  type: "Analog",
  timeKey: "master",
  size: 9,
  sizeLabel: "9 samples",
  numBytes: 36,
  columns: [],
};

const variable = (name: string, more: Partial<Variable> = {}): Variable => ({
  name,
  childId: name,
  type: "int",
  summary: "1",
  hasChildren: false,
  expression: name,
  ...more,
});

let daemon: FakeDaemon;
let ctx: Context;

beforeEach(() => {
  daemon = new FakeDaemon();
  ctx = { daemon, log: {} as unknown as LogOutputChannel, subscriptions: [] };
});

const providerOf = (id: string): TreeDataProvider<unknown> =>
  treeViews.get(id)?.treeDataProvider as TreeDataProvider<unknown>;

/** Labels of a tree's rows, those of open groups under them. */
async function rows(provider: TreeDataProvider<unknown>, parent?: unknown): Promise<string[]> {
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

/** How often a tree asks to be drawn anew. */
function countRefreshes(provider: TreeDataProvider<unknown>): () => number {
  let refreshes = 0;
  provider.onDidChangeTreeData?.(() => refreshes++);
  return () => refreshes;
}

describe("data keys", () => {
  const keys = { revision: 1, keys: [lfp], clocks: [{ timeKey: "master", size: 9 }], truncated: false };

  beforeEach(() => {
    daemon.will(methods.dataList, () => keys);
    activateData(ctx, noConsole);
  });

  test("are listed in their groups", async () => {
    expect(await rows(providerOf("whiskertoolbox.dataKeys"))).toEqual(["Analog", "lfp", "Clocks"]);
  });

  test("are asked for anew when the store has changed, not when code merely runs", () => {
    const refreshes = countRefreshes(providerOf("whiskertoolbox.dataKeys"));
    daemon.tell(methods.dataChanged, { revision: 2 });
    expect(refreshes()).toBe(1);
    daemon.become({ kind: "running", session: idleSession });
    const before = refreshes();
    daemon.become({ kind: "running", session: { ...idleSession, state: "busy" } });
    expect(refreshes()).toBe(before);
  });

  test("are none without a daemon, which is not started for them", async () => {
    daemon.become({ kind: "off" });
    expect(await rows(providerOf("whiskertoolbox.dataKeys"))).toEqual([]);
    expect(daemon.asked).toEqual([]);
  });

  test("that are too many for a message are said to be", async () => {
    daemon.will(methods.dataList, () => ({ ...keys, truncated: true }));
    await rows(providerOf("whiskertoolbox.dataKeys"));
    expect(treeViews.get("whiskertoolbox.dataKeys")?.message).toContain("first 1 keys");
  });
});

describe("variables", () => {
  const answer = (variables: readonly Variable[], total = variables.length, stale = false) => ({
    variables,
    total,
    revision: 1,
    stale,
  });

  beforeEach(() => {
    activateVariables(ctx, noConsole);
  });

  test("children are asked for by the path of ids down to them", async () => {
    daemon.will(methods.variablesList, ({ path = [] }) =>
      answer(path.length === 0 ? [variable("d", { childId: "1", hasChildren: true })] : [variable("['a']")]),
    );
    const provider = providerOf("whiskertoolbox.variables");
    const [parent] = (await provider.getChildren()) ?? [];
    expect(await rows(provider, parent)).toEqual(["['a']"]);
    expect(daemon.asked.at(-1)?.params).toMatchObject({ path: ["1"] });
  });

  test("beyond a page are shown on demand", async () => {
    daemon.will(methods.variablesList, ({ limit = 0 }) => {
      const names = Array.from({ length: Math.min(limit, 250) }, (_, index) => `x${index}`);
      return answer(
        names.map((name) => variable(name)),
        250,
      );
    });
    const provider = providerOf("whiskertoolbox.variables");
    const first = (await provider.getChildren()) ?? [];
    expect((await rows(provider)).at(-1)).toBe("Show more (50 left)…");
    await registeredCommands.get("whiskertoolbox.showMoreVariables")?.(first.at(-1));
    expect((await rows(provider)).at(-1)).toBe("x249");
  });

  test("that are the last known ones are said to be, until the interpreter answers again", async () => {
    const view = treeViews.get("whiskertoolbox.variables");
    daemon.will(methods.variablesList, () => answer([variable("x")], 1, true));
    await rows(providerOf("whiskertoolbox.variables"));
    expect(view?.message).toContain("last known");
    daemon.will(methods.variablesList, () => answer([variable("x")]));
    await rows(providerOf("whiskertoolbox.variables"));
    expect(view?.message).toBe("");
  });

  test("only a variable itself can be deleted, by its name", async () => {
    daemon.will(methods.variablesList, () => answer([variable("x")]));
    daemon.will(methods.variablesDelete, () => ({}));
    const [node] = (await providerOf("whiskertoolbox.variables").getChildren()) ?? [];
    await registeredCommands.get("whiskertoolbox.deleteVariable")?.(node);
    expect(daemon.asked.at(-1)).toMatchObject({
      method: methods.variablesDelete.method,
      params: { name: "x" },
    });
  });
});
