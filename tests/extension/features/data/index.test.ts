import { beforeEach, expect, test } from "vitest";
import { EventEmitter } from "vscode";
import { activateData } from "../../../../extension/src/features/data";
import type { Selection } from "../../../../extension/viewer/messages";
import { methods, type DataKey } from "../../../../extension/src/protocol/generated";
import { FakeDaemon, idleSession } from "../../fakes/daemon";
import { contextWith, countRefreshes, noConsole, providerOf, rows } from "../../fakes/views";
import {
  commandArguments,
  contextValues,
  executedCommands,
  registeredCommands,
  treeViews,
} from "../../fakes/vscode";

const lfp: DataKey = {
  key: "lfp",
  type: "Analog",
  timeKey: "master",
  size: 9,
  sizeLabel: "9 samples",
  numBytes: 36,
  columns: [],
};
const keys = {
  revision: 1,
  keys: [lfp],
  kinds: [{ name: "Analog", label: "Analog", icon: "pulse" }],
  clocks: [{ timeKey: "master", size: 9 }],
  groups: [],
  truncated: false,
};

const shownKeys: (readonly string[])[] = [];
const inserted: string[] = [];
const clicks = new EventEmitter<Selection | undefined>();
let daemon: FakeDaemon;

beforeEach(() => {
  daemon = new FakeDaemon();
  daemon.will(methods.dataList, () => keys);
  const console = {
    ...noConsole,
    insert: (text: string) => {
      inserted.push(text);
      return Promise.resolve();
    },
  };
  activateData(contextWith(daemon), console, {
    show: (shown) => {
      shownKeys.push(shown);
      return Promise.resolve();
    },
    onDidSelect: clicks.event,
    place: undefined,
    onDidMove: new EventEmitter<unknown>().event,
  });
  shownKeys.length = 0;
  inserted.length = 0;
});

test("keys are listed in their groups", async () => {
  expect(await rows(providerOf("whiskertoolbox.dataKeys"))).toEqual(["Analog", "lfp", "Clocks"]);
});

test("keys are asked for again when the store has changed, not when code merely runs", () => {
  const refreshes = countRefreshes(providerOf("whiskertoolbox.dataKeys"));
  daemon.tell(methods.dataChanged, { revision: 2 });
  expect(refreshes()).toBe(1);
  daemon.become({ kind: "running", session: idleSession });
  const before = refreshes();
  daemon.become({ kind: "running", session: { ...idleSession, state: "busy" } });
  expect(refreshes()).toBe(before);
});

test("there are no keys without a daemon, which is not started for them", async () => {
  daemon.become({ kind: "off" });
  expect(await rows(providerOf("whiskertoolbox.dataKeys"))).toEqual([]);
  expect(daemon.asked).toEqual([]);
});

test("the view says when there are more keys than fit into a message", async () => {
  daemon.will(methods.dataList, () => ({ ...keys, truncated: true }));
  await rows(providerOf("whiskertoolbox.dataKeys"));
  expect(treeViews.get("whiskertoolbox.dataKeys")?.message).toContain("first 1 keys");
});

test("an empty view is not called empty before its keys have been listed", async () => {
  const listed = (): unknown => contextValues.get("whiskertoolbox.dataKeys.listed");
  daemon.become({ kind: "off" });
  daemon.become({ kind: "running", session: idleSession });
  expect(listed()).toBe(false);
  await rows(providerOf("whiskertoolbox.dataKeys"));
  expect(listed()).toBe(true);
  daemon.become({ kind: "off" });
  expect(listed()).toBe(false);
});

test("a double click on a key shows it, a single one does not", async () => {
  const node = { kind: "key", id: "key:lfp", data: lfp };
  await registeredCommands.get("whiskertoolbox.clickKey")?.(node);
  expect(shownKeys).toEqual([]);
  await registeredCommands.get("whiskertoolbox.clickKey")?.(node);
  expect(shownKeys).toEqual([["lfp"]]);
});

test("the row of what is clicked in a viewer is selected", async () => {
  await rows(providerOf("whiskertoolbox.dataKeys"));
  clicks.fire({ key: "lfp", entityId: 3, start: 0, end: 0 });
  clicks.fire({ key: "gone", entityId: 4, start: 0, end: 0 });
  clicks.fire(undefined);
  expect(treeViews.get("whiskertoolbox.dataKeys")?.revealed).toMatchObject([{ id: "key:lfp" }]);
});

test("Show on a group shows all of its keys", async () => {
  const key = { kind: "key", id: "key:lfp", data: lfp };
  const group = { kind: "group", id: "group:Analog", label: "Analog", count: 2, children: [key, key] };
  await registeredCommands.get("whiskertoolbox.showKey")?.(group);
  expect(shownKeys).toEqual([["lfp", "lfp"]]);
});

test("Insert as Variable puts a statement where the user writes, of a key or a clock", async () => {
  const insert = registeredCommands.get("whiskertoolbox.insertAsVariable");
  await insert?.({ kind: "key", id: "key:lfp", data: lfp });
  await insert?.({ kind: "clock", id: "clock:master", timeKey: "master", size: 9 });
  expect(inserted).toEqual(['lfp = dm.getData("lfp")', 'master = dm.getTime("master")']);
});

test("files that are dropped on the view are loaded one after the other", async () => {
  const view = treeViews.get("whiskertoolbox.dataKeys") ?? expect.fail();
  const { handleDrop } = view.dragAndDropController as {
    handleDrop: (target: unknown, dropped: unknown) => Promise<void>;
  };
  executedCommands.length = 0;
  const list = "file:///data/a%20b.nwb\r\nfile:///data/c.slp\r\n";
  await handleDrop(undefined, new Map([["text/uri-list", { asString: () => Promise.resolve(list) }]]));
  expect(executedCommands).toEqual(["whiskertoolbox.loadData", "whiskertoolbox.loadData"]);
  expect(commandArguments.last.map(String)).toEqual(["file:///data/c.slp"]);
  await handleDrop(undefined, new Map());
  expect(executedCommands).toHaveLength(2);
});
