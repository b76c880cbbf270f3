// The tree of data keys: what is shown, in which order, under which stable ids. Pure.

import { pythonKeywords } from "../../keywords";
import type { DataKey, DataKeys, Provenance, Said } from "../../protocol/generated";
import { markdownText } from "../../ui/text";

export type DataNode =
  | {
      readonly kind: "group";
      readonly id: string;
      readonly type: string;
      readonly label: string;
      readonly count: number;
      readonly children: readonly DataNode[];
    }
  | { readonly kind: "key"; readonly id: string; readonly data: DataKey; readonly icon: string }
  | { readonly kind: "clock"; readonly id: string; readonly timeKey: string; readonly size: number };

/** Groups of keys by type, then the clocks; nothing when there are no keys, so that the welcome text shows. */
export function dataTree(data: DataKeys): readonly DataNode[] {
  if (data.keys.length === 0) {
    return [];
  }
  const keyGroups = data.kinds.map(({ name, label, icon }) => {
    const keys = data.keys.filter((key) => key.type === name).toSorted((a, b) => compareNames(a.key, b.key));
    return group(
      name,
      label,
      keys.map((key) => ({ kind: "key", id: `key:${key.key}`, data: key, icon })),
    );
  });
  const clocks = [...data.clocks].sort((a, b) => compareNames(a.timeKey, b.timeKey));
  return clocks.length === 0
    ? keyGroups
    : [
        ...keyGroups,
        group(
          "Clocks",
          "Clocks",
          clocks.map(({ timeKey, size }) => ({ kind: "clock", id: `clock:${timeKey}`, timeKey, size })),
        ),
      ];
}

function group(type: string, label: string, children: readonly DataNode[]): DataNode {
  return { kind: "group", id: `group:${type}`, type, label, count: children.length, children };
}

/** Names in the order people expect: `trial_2` before `trial_10`. */
function compareNames(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true }) || a.localeCompare(b);
}

/** What stands behind a key's name. */
export function describeKey(key: DataKey): string {
  return [key.sizeLabel, key.timeKey].filter((part) => part !== "").join(" · ");
}

/** A key's details as Markdown, with what is said of it: unit, description, electrode, subject. */
export function keyTooltip(key: DataKey, said: readonly Said[] = []): string {
  const rows = [
    ["Type", key.type],
    ["Size", key.sizeLabel],
    ["Clock", key.timeKey],
    ["Stored", formatBytes(key.numBytes)],
    ...said.map(({ name, value }) => [name.charAt(0).toUpperCase() + name.slice(1), value] as const),
  ] as const;
  const lines = [
    `**${markdownText(key.key)}**`,
    "",
    "| | |",
    "| --- | --- |",
    ...rows.map(([name, value]) => `| ${name} | ${markdownText(value)} |`),
  ];
  if (key.columns.length > 0) {
    lines.push("", "| Column | Type | Shape |", "| --- | --- | --- |");
    for (const column of key.columns) {
      lines.push(
        `| ${markdownText(column.name)} | ${markdownText(column.dtype)} | ${column.shape.join(" × ")} |`,
      );
    }
  }
  return lines.join("\n");
}

/** How a key was made, as Markdown; empty if it was not. */
export function provenanceText(provenance: Provenance): string {
  if (provenance.transform === "") {
    return "";
  }
  const inputs = provenance.inputs
    .map((input) => markdownText(input === "" ? "(not stored)" : input))
    .join(", ");
  const stale = provenance.outOfDate ? " $(warning) out of date" : "";
  const parameters = provenance.parameters.map((parameter) => `- ${markdownText(parameter)}`);
  return [
    "",
    "",
    `Made by **${markdownText(provenance.transform)}** of ${inputs}${stale}`,
    "",
    ...parameters,
  ].join("\n");
}

/** Bytes as people write them. */
export function formatBytes(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(bytes > 0 ? Math.floor(Math.log2(bytes) / 10) : 0, units.length - 1);
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value.toFixed(0) : value.toPrecision(3)} ${units[power] ?? ""}`;
}

/** Python for reading a data key. */
export function getDataExpression(key: string): string {
  // A JSON string is a Python string as well, but for characters beyond ASCII it is easier to read as it is.
  return `dm.getData(${JSON.stringify(key)})`;
}

/** The name of a variable for a key: its letters, digits and underscores. */
export function variableName(key: string): string {
  const word = key.normalize("NFKC").replaceAll(/[^\p{XID_Continue}]+/gu, "_");
  const name = /^[\p{XID_Start}_]/u.test(word) ? word : `_${word}`;
  return pythonKeywords.has(name) || name === "dm" || name === "wt" ? `${name}_` : name;
}

/** Python that makes a variable of a key or a clock; undefined for other rows. */
export function variableStatement(node: DataNode): string | undefined {
  switch (node.kind) {
    case "key":
      return `${variableName(node.data.key)} = ${getDataExpression(node.data.key)}`;
    case "clock":
      return `${variableName(node.timeKey)} = dm.getTime(${JSON.stringify(node.timeKey)})`;
    case "group":
      return undefined;
  }
}

/** The keys of a row: its own, or those of its group. */
export function keysIn(node: DataNode): readonly string[] {
  switch (node.kind) {
    case "key":
      return [node.data.key];
    case "group":
      return node.children.flatMap(keysIn);
    case "clock":
      return [];
  }
}

/** Tells a double click on a row of a tree, which VS Code has no event for, from two clicks. */
export class SecondClick {
  #last = { key: "", at: -Infinity };

  /** Note a click; answers whether it is the second of two. */
  isSecond(key: string, now: number): boolean {
    const isSecond = this.#last.key === key && now - this.#last.at < 450;
    this.#last = isSecond ? { key: "", at: -Infinity } : { key, at: now };
    return isSecond;
  }
}

/** The addresses in what was dropped, a `text/uri-list`: one a line, beside comments. */
export function urisIn(list: string): string[] {
  return list.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
}
