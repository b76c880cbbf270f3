import { beforeEach, expect, test } from "vitest";
import { activateVariables } from "../../../../extension/src/features/variables";
import { methods, type Variable } from "../../../../extension/src/protocol/generated";
import { FakeDaemon, idleSession } from "../../fakes/daemon";
import { contextWith, noConsole, providerOf, rows } from "../../fakes/views";
import { asked, registeredCommands, treeViews, typed } from "../../fakes/vscode";

const variable = (name: string, more: Partial<Variable> = {}): Variable => ({
  name,
  childId: name,
  type: "int",
  summary: "1",
  hasChildren: false,
  expression: name,
  icon: "",
  isTable: false,
  sizeBytes: 0,
  ...more,
});

const answer = (variables: readonly Variable[], total = variables.length, stale = false) => ({
  variables,
  total,
  revision: 1,
  totalBytes: 0,
  folded: [],
  frame: "",
  stale,
});

const run: string[] = [];
let daemon: FakeDaemon;
let shown: unknown[];

beforeEach(() => {
  run.length = 0;
  typed.length = 0;
  asked.length = 0;
  daemon = new FakeDaemon();
  shown = [];
  activateVariables(
    contextWith(daemon),
    {
      ...noConsole,
      run: (code) => {
        run.push(code);
        return Promise.resolve();
      },
    },
    { show: (path, name) => shown.push([path, name]) },
    { looksAtAnotherProcess: false },
  );
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

test("variables beyond a page are shown on demand", async () => {
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

test("the view says when it shows the last known variables, until the interpreter answers again", async () => {
  const view = treeViews.get("whiskertoolbox.variables");
  daemon.will(methods.variablesList, () => answer([variable("x")], 1, true));
  await rows(providerOf("whiskertoolbox.variables"));
  expect(view?.message).toContain("last known");
  daemon.will(methods.variablesList, () => answer([variable("x")]));
  await rows(providerOf("whiskertoolbox.variables"));
  expect(view?.message).toBe("0 bytes in 1 variable");
});

test("a variable is deleted by code that the console shows; a part of one is not", async () => {
  daemon.will(methods.variablesList, ({ path = [] }) =>
    answer([path.length === 0 ? variable("x", { hasChildren: true }) : variable("[0]")]),
  );
  const provider = providerOf("whiskertoolbox.variables");
  const [node] = (await provider.getChildren()) ?? [];
  const [part] = (await provider.getChildren(node)) ?? [];
  await registeredCommands.get("whiskertoolbox.deleteVariable")?.(node);
  await registeredCommands.get("whiskertoolbox.deleteVariable")?.(part);
  expect(run).toEqual(["del x"]);
});

test("functions, classes and modules are folded away behind the data", async () => {
  daemon.will(methods.variablesList, ({ kind }) =>
    kind === "function"
      ? answer([variable("mine")])
      : { ...answer([variable("x")]), folded: [{ kind: "function" as const, count: 1 }] },
  );
  const provider = providerOf("whiskertoolbox.variables");
  const [, folded] = (await provider.getChildren()) ?? [];
  expect(await rows(provider)).toEqual(["x", "Function (1)"]);
  expect(await rows(provider, folded)).toEqual(["mine"]);
});

test("a data object is shown in the viewer by code in the console", async () => {
  await registeredCommands.get("whiskertoolbox.viewVariable")?.(await rowOf(licks));
  await registeredCommands.get("whiskertoolbox.viewVariable")?.(await rowOf(variable("x")));
  expect(run).toEqual(['wt.plot(licks, name="licks")']);
});

test("a table is shown by the path down to it", async () => {
  daemon.will(methods.variablesList, () => answer([variable("x", { isTable: true }), variable("y")]));
  const [table, other] = (await providerOf("whiskertoolbox.variables").getChildren()) ?? [];
  await registeredCommands.get("whiskertoolbox.showVariable")?.(table);
  await registeredCommands.get("whiskertoolbox.showVariable")?.(other);
  expect(shown).toEqual([[["x"], "x"]]);
});

test("a hover shows the statistics of what it is over", async () => {
  daemon.will(methods.variablesList, () => answer([variable("x", { sizeBytes: 8_000_000 })]));
  daemon.will(methods.variablesDescribe, () => ({
    expression: "x",
    type: "ndarray",
    summary: "",
    statistics: "mean 3",
    signature: "",
    documentation: "",
  }));
  const provider = providerOf("whiskertoolbox.variables");
  const [node] = (await provider.getChildren()) ?? [];
  const item = await provider.getTreeItem(node);
  const resolved = await provider.resolveTreeItem?.(item, node, undefined as never);
  expect((resolved?.tooltip as { value: string }).value).toContain("mean 3");
  expect((resolved?.tooltip as { value: string }).value).toContain("&#56;&#46;0 MB");
});

/** The clocks of the session, and a key that is taken. */
function sessionWith(...timeKeys: readonly string[]): void {
  const lfp = { type: "Analog", timeKey: "time", size: 9, sizeLabel: "9 samples", numBytes: 36, columns: [] };
  daemon.will(methods.dataList, () => ({
    revision: 1,
    keys: [{ key: "lfp", ...lfp }],
    kinds: [],
    clocks: timeKeys.map((timeKey) => ({ timeKey, size: 3 })),
    groups: [],
    truncated: false,
  }));
}

async function rowOf(listed: Variable): Promise<unknown> {
  daemon.will(methods.variablesList, () => answer([listed]));
  const [node] = (await providerOf("whiskertoolbox.variables").getChildren()) ?? [];
  return node;
}

const licks = variable("licks", { type: "DigitalEventSeries", icon: "symbol-event" });
const store = (node: unknown) => registeredCommands.get("whiskertoolbox.storeVariable")?.(node);

test("a data object is stored under the key and on the clock that the user names, by code in the console", async () => {
  sessionWith("time", "camera");
  typed.push('my "licks"', "camera");
  await store(await rowOf(licks));
  expect(run).toEqual([String.raw`dm.setData("my \"licks\"", licks, "camera")`]);
});

test("its name is proposed as the key, and the only clock is no question", async () => {
  sessionWith("time");
  await store(await rowOf(licks));
  expect(run).toEqual(['dm.setData("licks", licks, "time")']);
});

test("a key that is taken is told before it is replaced, and a key has a name", async () => {
  sessionWith("time");
  await store(await rowOf(licks));
  const check = asked[0]?.validateInput;
  expect(check?.("lfp")).toMatchObject({ message: "This replaces what the key holds (9 samples)" });
  expect(check?.("licks")).toBeUndefined();
  expect(check?.("")).toEqual("A data key has a name");
});

test("nothing is stored when the user leaves one of the questions", async () => {
  sessionWith("time", "camera");
  typed.push(undefined);
  await store(await rowOf(licks));
  typed.push("licks", undefined);
  await store(await rowOf(licks));
  expect(run).toEqual([]);
});

test("only data objects that an expression gives can be stored, and no media", async () => {
  sessionWith("time");
  for (const [listed, value] of [
    [licks, "variable.data.view"],
    [variable("x"), "variable"],
    [variable("video", { type: "MediaData", icon: "device-camera-video" }), "variable.view"],
    [{ ...licks, expression: "" }, "variable"],
  ] as const) {
    const node = await rowOf(listed);
    expect(providerOf("whiskertoolbox.variables").getTreeItem(node)).toMatchObject({ contextValue: value });
    await store(node);
  }
  expect(run).toHaveLength(1);
});

test("all new data objects are stored on one clock, by code that answers their keys", async () => {
  sessionWith("time", "camera");
  typed.push("camera");
  await registeredCommands.get("whiskertoolbox.storeNewVariables")?.();
  expect(run).toEqual(['dm.import_new(globals(), "camera")']);
});

test("where code stands, data objects of the selected frame are stored too", async () => {
  sessionWith("time", "camera");
  daemon.become({ kind: "running", session: { ...idleSession, state: "stopped" } });
  typed.push("camera");
  await registeredCommands.get("whiskertoolbox.storeNewVariables")?.();
  expect(run).toEqual(['dm.import_new({**globals(), **locals()}, "camera")']);
});

test("where code stands, the view says whose variables it shows", async () => {
  daemon.will(methods.variablesList, () => ({
    ...answer([variable("gain")]),
    frame: "inner(), line 8 of console.py",
  }));
  expect(await rows(providerOf("whiskertoolbox.variables"))).toEqual(["gain"]);
  expect(treeViews.get("whiskertoolbox.variables")?.message).toBe(
    "Stopped in inner(), line 8 of console.py · 0 bytes in 1 variable",
  );
});
