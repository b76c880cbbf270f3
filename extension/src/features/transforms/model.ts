// Transforms: their tree, the form of one, and the Python that runs it. Pure.

import type { DataKey, Transform, TransformParameter } from "../../protocol/generated";

export type TransformNode =
  | {
      readonly kind: "group";
      readonly id: string;
      readonly label: string;
      readonly children: readonly TransformNode[];
    }
  | { readonly kind: "transform"; readonly id: string; readonly transform: Transform };

/** What has been filled in: values as JSON by name, data keys by name. */
export type FormValues = Readonly<Record<string, unknown>>;

/** One line of a form. */
export type FormRow = {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly detail: string;
};

const userGroup = "Yours";

/** Transforms by what they take; the user's own first. Reductions, which store nothing, are for tables. */
export function transformTree(transforms: readonly Transform[]): readonly TransformNode[] {
  const groups = new Map<string, TransformNode[]>();
  for (const transform of transforms) {
    if (transform.stores) {
      const label = transform.origin === "user" ? userGroup : kindLabel(transform.kinds[0] ?? "");
      const node = { kind: "transform", id: `transform:${transform.name}`, transform } as const;
      groups.set(label, [...(groups.get(label) ?? []), node]);
    }
  }
  const labels = [...groups.keys()].toSorted(
    (a, b) => Number(b === userGroup) - Number(a === userGroup) || a.localeCompare(b, "en"),
  );
  return labels.map((label) => ({
    kind: "group",
    id: `group:${label}`,
    label,
    children: groups.get(label) ?? [],
  }));
}

function kindLabel(kind: string): string {
  return kind === "" ? "Other" : kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ");
}

/** The transforms that take a data key of a kind, first generation first. */
export function fitting(transforms: readonly Transform[], kind: string): readonly Transform[] {
  const rank = ["user", "first generation", "second generation"];
  return transforms
    .filter((transform) => transform.stores && transform.kinds.includes(kind))
    .toSorted(
      (a, b) => rank.indexOf(a.origin) - rank.indexOf(b.origin) || a.name.localeCompare(b.name, "en"),
    );
}

/** The data keys that a transform takes, by name. */
export function keysOfKinds(keys: readonly DataKey[], kinds: readonly string[]): readonly string[] {
  return keys.filter((key) => kinds.includes(key.type)).map((key) => key.key);
}

/** The name that upstream proposes for what a transform makes. */
export function proposedKey(input: string, transform: string): string {
  const name = transform.toLowerCase().replaceAll(" ", "_");
  return `${input}_${name.replace(/^(calculate|extract|convert|threshold)_/, "")}`;
}

/** The lines of a form. */
export function formRows(transform: Transform, values: FormValues): readonly FormRow[] {
  const data = transform.data.map(({ name, doc, required }) => ({
    name,
    label: name,
    value: typeof values[name] === "string" ? values[name] : required ? "(choose)" : "none",
    detail: doc,
  }));
  const parameters = transform.parameters.map((parameter) => ({
    name: parameter.name,
    label: parameter.name,
    value: valueText(parameter, values),
    detail: parameter.doc,
  }));
  return [...data, ...parameters];
}

function valueText(parameter: TransformParameter, values: FormValues): string {
  const given = values[parameter.name];
  const text = given === undefined ? parameter.default : JSON.stringify(given);
  const value = text === "" ? "(required)" : text.replaceAll(/^"|"$/g, "");
  return parameter.unit === "" ? value : `${value} ${parameter.unit}`;
}

/** What is still missing before a form can be run; undefined when nothing is. */
export function missing(transform: Transform, values: FormValues): string | undefined {
  const required = [
    ...transform.data.filter((data) => data.required).map((data) => data.name),
    ...transform.parameters
      .filter((parameter) => parameter.default === "")
      .map((parameter) => parameter.name),
  ];
  return required.find((name) => values[name] === undefined);
}

export type Parsed = { readonly value: unknown } | { readonly problem: string };

/** Read what was typed for a parameter. */
export function parseValue(parameter: TransformParameter, text: string): Parsed {
  switch (parameter.type) {
    case "string":
      return { value: text };
    case "number":
    case "integer": {
      const value = Number(text);
      const isWhole = parameter.type === "number" || Number.isInteger(value);
      return text.trim() === "" || !Number.isFinite(value) || !isWhole
        ? { problem: `${parameter.name} must be a ${parameter.type === "integer" ? "whole " : ""}number` }
        : { value };
    }
    default:
      try {
        return { value: JSON.parse(text) as unknown };
      } catch {
        return {
          problem: `${parameter.name} must be JSON, such as ${parameter.type === "array" ? "[0, 1]" : "{}"}`,
        };
      }
  }
}

/** Python that runs a transform on a data key. */
export function transformCode(
  transform: Transform,
  input: string,
  output: string,
  values: FormValues,
): string {
  const known = [...transform.data, ...transform.parameters].map(({ name }) => name);
  const given = known
    .filter((name) => values[name] !== undefined)
    .map((name) => `${name}=${python(values[name])}`);
  return `dm.run_transform(${[python(transform.name), python(input), python(output), ...given].join(", ")})`;
}

/** Python that runs a pipeline's file. */
export function pipelineCode(path: string): string {
  return `print(dm.run_pipeline(${python(path)}))`;
}

/** Python that runs a pipeline's file for each entity of a data key or group, and stores what is made together. */
export function batchCode(path: string, over: string): string {
  return [
    `result = wt.batch(wt.read_pipeline(${python(path)}), over=${python(over)}, session=dm)`,
    'result.store(dm, "")',
    "print(result)",
  ].join("\n");
}

/** Python that runs a pipeline's file in other sessions, each of which keeps what it makes. */
export function sessionsCode(path: string, folders: readonly string[]): string {
  return `print(wt.batch(wt.read_pipeline(${python(path)}), over=${python([...folders])}))`;
}

/** Python that registers the transforms of a workspace. */
export function workspaceCode(folder: string): string {
  return `wt.load_transforms(${python(folder)})`;
}

/** A JSON value as Python. */
function python(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(python).join(", ")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const items = Object.entries(value).map(([name, inner]) => `${python(name)}: ${python(inner)}`);
    return `{${items.join(", ")}}`;
  }
  if (typeof value === "boolean") {
    return value ? "True" : "False";
  }
  return value === null || value === undefined ? "None" : JSON.stringify(value);
}
