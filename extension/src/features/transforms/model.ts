// Transforms: their tree, pipelines of them as JSON, and the Python that runs them. Pure.

import { dirname } from "node:path";
import type { Pipeline, Step } from "../../../pipeline/messages";
import type { BatchStatus, DataKey, Transform } from "../../protocol/generated";

export type TransformNode =
  | {
      readonly kind: "group";
      readonly id: string;
      readonly label: string;
      readonly children: readonly TransformNode[];
    }
  | { readonly kind: "transform"; readonly id: string; readonly transform: Transform };

/** Kinds of data keys whose entries have identities, for each of which a batch can run. */
export const entityKinds = ["DigitalInterval", "DigitalEvent", "Line", "Mask", "Points"];

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

/** What a transform may take. */
export type Input = Pick<DataKey, "key" | "type" | "sizeLabel">;

/** What steps make, where that is known before. */
export function madeBy(steps: readonly Step[], transforms: readonly Transform[]): readonly Input[] {
  return steps.flatMap(({ transform, output }, place) => {
    const type = transforms.find(({ name }) => name === transform)?.makes ?? "";
    return output === "" || type === ""
      ? []
      : [{ key: output, type, sizeLabel: `made by step ${place + 1}` }];
  });
}

/** The data keys that a transform takes, by name. */
export function keysOfKinds(keys: readonly DataKey[], kinds: readonly string[]): readonly string[] {
  return keys.filter((key) => kinds.includes(key.type)).map((key) => key.key);
}

/** A step that makes something of a data key, with the defaults. */
export function newStep(transform: string, input: string): Step {
  return { transform, input, output: proposedKey(input, transform), values: {}, rest: {} };
}

/** The name that upstream proposes for what a transform makes. */
export function proposedKey(input: string, transform: string): string {
  const name = transform.toLowerCase().replaceAll(" ", "_");
  return `${input}_${name.replace(/^(calculate|extract|convert|threshold)_/, "")}`;
}

/** A step as upstream's JSON has it. */
function stepJson(step: Step, place: number): Record<string, unknown> {
  const { rest, transform, input, output, values } = step;
  return {
    step_id: `step ${place + 1}`,
    ...rest,
    transform_name: transform,
    input_key: input,
    ...(output === "" ? {} : { output_key: output }),
    ...(Object.keys(values).length === 0 ? {} : { parameters: values }),
  };
}

function asObject({ steps, rest }: Pipeline): Record<string, unknown> {
  const named = steps.map(stepJson);
  const ids = named.map((step) => step["step_id"]);
  // Two steps of one id are refused; nothing refers to an id that we have made up.
  const renamed = named.map((step, place) =>
    ids.indexOf(step["step_id"]) === place ? step : { ...step, step_id: freeId(ids, place) },
  );
  return { ...rest, steps: renamed };
}

function freeId(ids: readonly unknown[], place: number): string {
  for (let number = place + 1; ; number++) {
    const id = `step ${number} of ${ids.length}`;
    if (!ids.includes(id)) {
      return id;
    }
  }
}

/** A pipeline as the text of a JSON file. */
export function pipelineJson(pipeline: Pipeline): string {
  return `${JSON.stringify(asObject(pipeline), null, 2)}\n`;
}

/**
 * Read the text of a JSON file; what is not ours to show is kept.
 *
 * Throws an error that says what the file must be.
 */
export function parsePipeline(text: string, name: string): Pipeline {
  let read: unknown;
  try {
    read = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${name} is not valid JSON: ${reason}`, { cause: error });
  }
  const whole = Array.isArray(read) ? { steps: read } : read;
  const described =
    isObject(whole) && !("steps" in whole) && "transformations" in whole ? whole["transformations"] : whole;
  if (!isObject(described) || !Array.isArray(described["steps"])) {
    throw new Error(`${name} is not a pipeline: it must be an object with a list "steps".`);
  }
  const { steps, ...rest } = described as { steps: unknown[] };
  return { steps: steps.map((step, place) => stepOf(step, `${name}: step ${place + 1}`)), rest };
}

function stepOf(read: unknown, where: string): Step {
  if (!isObject(read)) {
    throw new Error(`${where} must be an object.`);
  }
  const { transform_name: transform, input_key: input, output_key: output, parameters, ...rest } = read;
  if (typeof transform !== "string" || typeof input !== "string") {
    throw new Error(`${where} must have the texts "transform_name" and "input_key".`);
  }
  return {
    transform,
    input,
    output: typeof output === "string" ? output : "",
    values: isObject(parameters) ? parameters : {},
    rest,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Python that is a pipeline. */
export function pipelineExpression(pipeline: Pipeline): string {
  if (!isPlain(pipeline)) {
    return `wt.read_pipeline(${python(asObject(pipeline))})`;
  }
  const steps = pipeline.steps.map((step) => `    wt.step(${argumentsOf(step)}),\n`);
  return `wt.pipeline(\n${steps.join("")})`;
}

/** Whether nothing is lost when only transforms, keys and parameters are written. */
function isPlain({ steps, rest }: Pipeline): boolean {
  return (
    !("metadata" in rest) &&
    steps.every(
      (step) =>
        step.output !== "" &&
        Object.keys(step.values).every((name) => /^[A-Za-z_]\w*$/.test(name)) &&
        Object.entries(step.rest).every(
          ([name, value]) =>
            ["step_id", "description"].includes(name) ||
            (name === "enabled" && value === true) ||
            (name === "phase" && value === 0),
        ),
    )
  );
}

function argumentsOf({ transform, input, output, values }: Step): string {
  const given = Object.entries(values).map(([name, value]) => `${name}=${python(value)}`);
  return [python(transform), python(input), python(output), ...given].join(", ");
}

/** Python that runs a pipeline in the session. */
export function pipelineCode(pipeline: Pipeline): string {
  const [only] = pipeline.steps;
  if (only !== undefined && pipeline.steps.length === 1 && isPlain(pipeline)) {
    return `dm.run_transform(${argumentsOf(only)})`;
  }
  return `print(${pipelineExpression(pipeline)}.run(dm))`;
}

/** Python that is a pipeline in a file. */
export function fileExpression(path: string): string {
  return `wt.read_pipeline(${python(path)})`;
}

/** Python that runs a pipeline's file. */
export function fileCode(path: string): string {
  return `print(dm.run_pipeline(${python(path)}))`;
}

/** Python that runs a pipeline for each entity of a data key or group, and stores what is made together. */
export function batchCode(pipeline: string, over: string): string {
  return `print(wt.batch(${pipeline}, over=${python(over)}, session=dm, into=""))`;
}

/** Python that runs a pipeline in other sessions, each of which keeps what it makes. */
export function sessionsCode(pipeline: string, folders: readonly string[]): string {
  return `print(wt.batch(${pipeline}, over=${python([...folders])}))`;
}

/** The folder of a recording, by the catalogue of its session. */
export function sessionFolder(catalogue: string): string {
  return dirname(dirname(dirname(catalogue)));
}

/** Python that runs the items of a batch again that failed, and those that it has not come to. */
export function retryCode(number: number): string {
  return `print(wt.recent_batch(${number}).retry())`;
}

/** How far a batch is, for people. */
export function batchText({ state, done, total, failed, remainingS, elapsedS }: BatchStatus): string {
  const count = `${done.toLocaleString("en")} of ${total.toLocaleString("en")}`;
  const failures = failed === 0 ? "" : `, ${failed.toLocaleString("en")} failed`;
  switch (state) {
    case "running":
      return `${count}${failures}${remainingS === null ? "" : ` · ${duration(remainingS)} left`}`;
    case "done":
      return `${count}${failures} · ${duration(elapsedS)}`;
    default:
      return `${state} · ${count}${failures}`;
  }
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes === 0) {
    return `${whole} s`;
  }
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes} min ${whole % 60} s` : `${hours} h ${minutes % 60} min`;
}

/** What can be done with a batch: the context value of its row. */
export function batchContext({ state, failed }: BatchStatus): string {
  if (state === "running" || state === "cancelled") {
    return `batch.${state}`;
  }
  return state === "done" && failed > 0 ? "batch.failed" : "batch";
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
