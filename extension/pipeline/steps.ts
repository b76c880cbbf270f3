// The steps of a pipeline: their order, what each may take, and what is wrong with one. Pure.

import type { Transform, TransformParameter } from "../src/protocol/generated";
import type { Known, Step } from "./messages";

/** A list in which one item has another place; the same list if there is no such place. */
export function moved<T>(items: readonly T[], from: number, to: number): readonly T[] {
  const item = items[from];
  if (item === undefined || to < 0 || to >= items.length) {
    return items;
  }
  return items.toSpliced(from, 1).toSpliced(to, 0, item);
}

/** The keys of some kinds that a step may take: the session's, and what steps before it make. */
export function keysFor(
  place: number,
  kinds: readonly string[],
  { steps, known }: { readonly steps: readonly Step[]; readonly known: Known },
): readonly string[] {
  const made = steps.slice(0, place).flatMap((step) => {
    const makes = known.transforms.find(({ name }) => name === step.transform)?.makes ?? "";
    return step.output !== "" && kinds.includes(makes) ? [step.output] : [];
  });
  const stored = known.keys.filter(({ type }) => kinds.includes(type)).map(({ key }) => key);
  return [...new Set([...stored, ...made])];
}

/** Why a step cannot be run; undefined when it can, as far as one sees from here. */
export function problemOf(step: Step, transform: Transform | undefined): string | undefined {
  if (transform === undefined) {
    return `There is no transform “${step.transform}” in this session.`;
  }
  if (step.input === "") {
    return "Choose what it takes.";
  }
  // Upstream's second generation names its other data there.
  const isGiven = Array.isArray(step.rest["additional_input_keys"]);
  const required = [
    ...transform.data.filter((data) => data.required && !isGiven),
    ...transform.parameters.filter((parameter) => parameter.default === ""),
  ];
  const lacking = required.find(({ name }) => step.values[name] === undefined);
  return lacking === undefined ? undefined : `Fill in ${lacking.name}.`;
}

/** A step in which a value is another one, or the default again. */
export function withValue(step: Step, name: string, value: unknown): Step {
  const others = Object.entries(step.values).filter(([known]) => known !== name);
  return {
    ...step,
    values: Object.fromEntries(value === undefined ? others : [...others, [name, value]]),
  };
}

/** The text of a parameter in a form. */
export function textOf(parameter: TransformParameter, given: unknown): string {
  if (typeof given === "string") {
    return given;
  }
  return (given === undefined ? parameter.default : JSON.stringify(given)).replaceAll(/^"|"$/g, "");
}

export type Parsed = { readonly value: unknown } | { readonly problem: string };

/** Read what was typed for a parameter; its default, and nothing where there is one, are undefined. */
export function parsed(parameter: TransformParameter, text: string): Parsed {
  if (text === textOf(parameter, undefined) || (text === "" && parameter.type !== "string")) {
    return { value: undefined };
  }
  switch (parameter.type) {
    case "string":
      return { value: text };
    case "number":
    case "integer": {
      const value = Number(text);
      const isWhole = parameter.type === "number" || Number.isInteger(value);
      return text.trim() === "" || !Number.isFinite(value) || !isWhole
        ? { problem: `Type a ${parameter.type === "integer" ? "whole " : ""}number.` }
        : { value };
    }
    default:
      try {
        return { value: JSON.parse(text) as unknown };
      } catch {
        return { problem: `Type JSON, such as ${parameter.type === "array" ? "[0, 1]" : "{}"}.` };
      }
  }
}
