import { expect, test } from "vitest";
import {
  dataTree,
  describeKey,
  formatBytes,
  getDataExpression,
  keyTooltip,
  urisIn,
  variableName,
  variableStatement,
  type DataNode,
} from "../../../../extension/src/features/data/model";
import type { DataKey, DataKeys } from "../../../../extension/src/protocol/generated";

const key = (name: string, type: string, more: Partial<DataKey> = {}): DataKey => ({
  key: name,
  type,
  timeKey: "camera",
  size: 3,
  sizeLabel: "3 samples",
  numBytes: 12,
  columns: [],
  ...more,
});
const holding = (keys: readonly DataKey[], clocks: DataKeys["clocks"] = []): DataKeys => ({
  revision: 1,
  keys,
  kinds: ["Video", "Analog", "Digital Interval", "Spectrum"]
    .map((label) => ({ name: label.replace(" ", ""), label, icon: "pulse" }))
    .filter(({ name }) => keys.some(({ type }) => type === name)),
  clocks,
  groups: [],
  truncated: false,
});
const outline = (nodes: readonly DataNode[]): unknown =>
  nodes.map((node) => {
    switch (node.kind) {
      case "group":
        return [node.label, outline(node.children)];
      case "key":
        return node.data.key;
      case "clock":
        return node.timeKey;
    }
  });

test("keys are grouped by type, the types in the order of the daemon, names as people sort them", () => {
  const tree = dataTree(
    holding([key("trial_10", "DigitalInterval"), key("lfp", "Analog"), key("trial_2", "DigitalInterval")]),
  );
  expect(outline(tree)).toEqual([
    ["Analog", ["lfp"]],
    ["Digital Interval", ["trial_2", "trial_10"]],
  ]);
});

test("clocks come last", () => {
  const tree = dataTree(holding([key("lfp", "Analog")], [{ timeKey: "master", size: 9 }]));
  expect(outline(tree)).toEqual([
    ["Analog", ["lfp"]],
    ["Clocks", ["master"]],
  ]);
});

test("a session without keys has no tree, so that the welcome text shows", () => {
  expect(dataTree(holding([], [{ timeKey: "time", size: 0 }]))).toEqual([]);
});

test("a type of a package has its own group", () => {
  expect(outline(dataTree(holding([key("x", "Spectrum"), key("lfp", "Analog")])))).toEqual([
    ["Analog", ["lfp"]],
    ["Spectrum", ["x"]],
  ]);
});

test("a node keeps its id when keys come and go, so that it stays expanded", () => {
  const idOf = (keys: readonly DataKey[]): unknown =>
    dataTree(holding(keys)).find((node) => node.id === "group:Analog");
  expect(idOf([key("lfp", "Analog")])).toBeDefined();
  expect(idOf([key("video", "Video"), key("eeg", "Analog")])).toBeDefined();
});

test("a key is described by its size and clock", () => {
  expect(describeKey(key("lfp", "Analog"))).toBe("3 samples · camera");
});

test("a tooltip lists the columns and shows names as they are", () => {
  const text = keyTooltip(
    key("a_b*c", "Analog", { columns: [{ name: "values", dtype: "float32", shape: [3, 2] }] }),
  );
  expect(text).toContain("a&#95;b&#42;c");
  expect(text).toContain("| values | float32 | 3 × 2 |");
});

test("a tooltip says unit and electrode, with text of files as text", () => {
  const text = keyTooltip(key("lfp", "Analog"), [
    { name: "unit", value: "mV" },
    { name: "electrode", value: "location [S1](command:x)" },
  ]);
  expect(text).toContain("| Unit | mV |");
  expect(text).toContain("| Electrode | location &#91;S1&#93;&#40;command&#58;x&#41; |");
});

test.each([
  [0, "0 bytes"],
  [1023, "1023 bytes"],
  [1024, "1.00 KiB"],
  [1024 ** 2 * 34.3, "34.3 MiB"],
])("%i bytes are written %j", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("a data key is quoted as Python wants it", () => {
  expect(getDataExpression("lfp")).toBe('dm.getData("lfp")');
  expect(getDataExpression('a"b\\c')).toBe('dm.getData("a\\"b\\\\c")');
});

test.each([
  ["whisker_angle", "whisker_angle"],
  ["left paw/x 2", "left_paw_x_2"],
  ["1st", "_1st"],
  ["", "_"],
  ["class", "class_"],
  ["dm", "dm_"],
  ["größe", "größe"],
  ["µV", "μV"], // Python reads the one as the other
])("the variable of a key called %j is %j", (name, expected) => {
  expect(variableName(name)).toBe(expected);
});

test("a variable is made of a key by getData, of a clock by getTime, of a group not", () => {
  const [group, clocks] = dataTree(holding([key('my "lfp"', "Analog")], [{ timeKey: "camera", size: 3 }]));
  const rows = [group, clocks].flatMap((node) => (node?.kind === "group" ? node.children : []));
  expect(rows.map(variableStatement)).toEqual([
    String.raw`my_lfp_ = dm.getData("my \"lfp\"")`,
    'camera = dm.getTime("camera")',
  ]);
  expect(group && variableStatement(group)).toBeUndefined();
});

test("addresses are told from comments in what is dropped", () => {
  expect(urisIn("# from a file manager\r\nfile:///a%20b.nwb\r\nfile:///c\r\n")).toEqual([
    "file:///a%20b.nwb",
    "file:///c",
  ]);
});
