// The form of one step: what it takes, its parameters, what it makes.

import type { TransformParameter } from "../src/protocol/generated";
import { choice, element } from "./elements";
import type { Known, Step } from "./messages";
import { keysFor, parsed, textOf, withValue } from "./steps";

export type FormOptions = {
  readonly place: number;
  readonly steps: readonly Step[];
  readonly known: Known;
  readonly changed: (step: Step) => void;
};

/** Fill an element with the form of a step. */
export function showForm(form: HTMLElement, step: Step, options: FormOptions): void {
  const { known, place, steps } = options;
  const transform = known.transforms.find(({ name }) => name === step.transform);
  form.replaceChildren(
    element("h2", { text: step.transform }),
    element("p", { className: "about", text: transform?.summary ?? "" }),
  );
  let now = step;
  const change = (changed: Step): void => {
    now = changed;
    options.changed(changed);
  };
  const keys = (kinds: readonly string[]): { value: string; text: string }[] =>
    keysFor(place, kinds, { steps, known }).map((key) => ({ value: key, text: key }));
  const input = choice(keys(transform?.kinds ?? []), step.input, (value) => {
    change({ ...now, input: value });
  });
  const output = element("input");
  output.value = step.output;
  output.placeholder = "for later steps only";
  output.addEventListener("input", () => {
    change({ ...now, output: output.value.trim() });
  });
  form.append(row("Input", "", input), row("Output key", "", output));
  for (const { name, kinds, required, doc } of transform?.data ?? []) {
    const given = now.values[name];
    const none = required ? [] : [{ value: "", text: "none" }];
    const select = choice([...none, ...keys(kinds)], typeof given === "string" ? given : "", (value) => {
      change(withValue(now, name, value === "" ? undefined : value));
    });
    form.append(row(name, doc, select));
  }
  for (const parameter of transform?.parameters ?? []) {
    const field = fieldOf(parameter, now.values[parameter.name], (value) => {
      change(withValue(now, parameter.name, value));
    });
    const unit = parameter.unit === "" ? "" : ` (${parameter.unit})`;
    form.append(row(`${parameter.name}${unit}`, parameter.doc, ...field));
  }
  if (transform === undefined) {
    form.append(...others(step));
  }
}

/** What a transform that is not there would be given: shown, and kept. */
function others(step: Step): HTMLElement[] {
  return Object.entries(step.values).map(([name, value]) => {
    const field = element("input");
    field.value = JSON.stringify(value);
    field.disabled = true;
    return row(name, "", field);
  });
}

function row(name: string, doc: string, ...fields: readonly HTMLElement[]): HTMLElement {
  const made = element("label", { className: "row" });
  made.append(element("span", { className: "name", text: name }), ...fields);
  if (doc !== "") {
    made.append(element("span", { className: "doc", text: doc }));
  }
  return made;
}

function fieldOf(
  parameter: TransformParameter,
  given: unknown,
  changed: (value: unknown) => void,
): HTMLElement[] {
  const read = (text: string): string => {
    const result = parsed(parameter, text);
    if ("value" in result) {
      changed(result.value);
      return "";
    }
    return result.problem;
  };
  const options = parameter.type === "boolean" ? ["false", "true"] : parameter.choices;
  if (options.length > 0) {
    const texts = options.map((value) => ({ value, text: value }));
    return [choice(texts, textOf(parameter, given), read)];
  }
  const field = element("input");
  const problem = element("span", { className: "problem" });
  problem.setAttribute("role", "alert");
  field.value = textOf(parameter, given);
  field.spellcheck = false;
  field.placeholder = parameter.default === "" ? "required" : "";
  field.addEventListener("input", () => {
    problem.textContent = read(field.value);
    field.setAttribute("aria-invalid", String(problem.textContent !== ""));
  });
  return [field, problem];
}
