import { describe, expect, test } from "vitest";
import type { Step } from "../../extension/pipeline/messages";
import { keysFor, moved, parsed, problemOf, textOf, withValue } from "../../extension/pipeline/steps";
import type { Transform, TransformParameter } from "../../extension/src/protocol/generated";

const parameter = (
  name: string,
  type: string,
  rest: Partial<TransformParameter> = {},
): TransformParameter => ({
  name,
  type,
  choices: [],
  default: "1",
  unit: "",
  doc: "",
  ...rest,
});

const peaks: Transform = {
  name: "Interval Peak Detection",
  summary: "",
  kinds: ["Analog"],
  stores: true,
  makes: "DigitalEvent",
  origin: "first generation",
  parameters: [parameter("limit", "number")],
  data: [{ name: "interval_series", kinds: ["DigitalInterval"], required: true, doc: "" }],
};

const step = (rest: Partial<Step> = {}): Step => ({
  transform: peaks.name,
  input: "angle",
  output: "peaks",
  values: {},
  rest: {},
  ...rest,
});

test("a step is moved to another place, and not over the ends", () => {
  const steps = ["a", "b", "c"];
  expect(moved(steps, 0, 2)).toEqual(["b", "c", "a"]);
  expect(moved(steps, 2, 1)).toEqual(["a", "c", "b"]);
  expect(moved(steps, 0, -1)).toBe(steps);
  expect(moved(steps, 2, 3)).toBe(steps);
});

test("a step may take what steps before it make, and not what those after it do", () => {
  const known = { transforms: [peaks], keys: [{ key: "licks", type: "DigitalEvent" }] };
  const context = { steps: [step(), step({ output: "more" })], known };
  expect(keysFor(1, ["DigitalEvent"], context)).toEqual(["licks", "peaks"]);
  expect(keysFor(0, ["DigitalEvent"], context)).toEqual(["licks"]);
  expect(keysFor(1, ["Line"], context)).toEqual([]);
});

test("a step says what it lacks", () => {
  expect(problemOf(step(), undefined)).toMatch(/no transform “Interval Peak Detection”/);
  expect(problemOf(step({ input: "" }), peaks)).toBe("Choose what it takes.");
  expect(problemOf(step(), peaks)).toBe("Fill in interval_series.");
  expect(problemOf(step({ values: { interval_series: "trials" } }), peaks)).toBeUndefined();
  expect(problemOf(step({ rest: { additional_input_keys: ["trials"] } }), peaks)).toBeUndefined();
});

test("a value that is the default again is not in the step", () => {
  const changed = withValue(step(), "limit", 2);
  expect(changed.values).toEqual({ limit: 2 });
  expect(withValue(changed, "limit", undefined).values).toEqual({});
});

describe("what is typed", () => {
  test.each([
    ["number", "1.5", { value: 1.5 }],
    ["number", "1", { value: undefined }],
    ["number", "", { value: undefined }],
    ["integer", "2", { value: 2 }],
    ["integer", "1.5", { problem: "Type a whole number." }],
    ["number", "fast", { problem: "Type a number." }],
    ["number", "1e999", { problem: "Type a number." }],
    ["array", "[0, 1]", { value: [0, 1] }],
    ["object", "{", { problem: "Type JSON, such as {}." }],
    ["string", "", { value: "" }],
  ])("as %s: %s", (type, text, expected) => {
    expect(parsed(parameter("p", type), text)).toEqual(expected);
  });

  test("is shown again as it was typed", () => {
    const text = parameter("p", "string", { default: '"all"' });
    expect(textOf(text, undefined)).toBe("all");
    expect(textOf(text, '"quoted"')).toBe('"quoted"');
    expect(textOf(parameter("p", "array"), [0, 1])).toBe("[0,1]");
  });
});
