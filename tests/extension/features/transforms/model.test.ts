import { describe, expect, test } from "vitest";
import {
  batchCode,
  fitting,
  formRows,
  missing,
  parseValue,
  proposedKey,
  transformCode,
  transformTree,
} from "../../../../extension/src/features/transforms/model";
import type { Transform, TransformParameter } from "../../../../extension/src/protocol/generated";

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

const transform = (name: string, rest: Partial<Transform> = {}): Transform => ({
  name,
  summary: "",
  kinds: ["Analog"],
  stores: true,
  origin: "first generation",
  parameters: [],
  data: [],
  ...rest,
});

const peaks = transform("Interval Peak Detection", {
  parameters: [
    parameter("peak_type", "string", { choices: ["Maximum", "Minimum"], default: '"Maximum"' }),
    parameter("limit", "number", { unit: "degrees" }),
  ],
  data: [{ name: "interval_series", kinds: ["DigitalInterval"], required: true, doc: "Where to look." }],
});

test("transforms are grouped by what they take, the user's first, and reductions are left out", () => {
  const tree = transformTree([
    transform("Filter"),
    transform("Mine", { origin: "user" }),
    transform("Group Intervals", { kinds: ["DigitalInterval"] }),
    transform("MeanValue", { stores: false }),
  ]);
  expect(tree.map((node) => (node.kind === "group" ? node.label : ""))).toEqual([
    "Yours",
    "Analog",
    "Digital Interval",
  ]);
});

test("a key is offered what takes its kind, the second generation last", () => {
  const all = [
    transform("AnalogDifference", { origin: "second generation" }),
    transform("Filter"),
    transform("Group Intervals", { kinds: ["DigitalInterval"] }),
  ];
  expect(fitting(all, "Analog").map(({ name }) => name)).toEqual(["Filter", "AnalogDifference"]);
});

test("the proposed key is upstream's", () => {
  expect(proposedKey("mask", "Calculate Area")).toBe("mask_area");
  expect(proposedKey("angle", "Threshold Event Detection")).toBe("angle_event_detection");
});

test("the form shows data keys and parameters with their values", () => {
  expect(formRows(peaks, { limit: 2.5 })).toEqual([
    { name: "interval_series", label: "interval_series", value: "(choose)", detail: "Where to look." },
    { name: "peak_type", label: "peak_type", value: "Maximum", detail: "" },
    { name: "limit", label: "limit", value: "2.5 degrees", detail: "" },
  ]);
  expect(missing(peaks, {})).toBe("interval_series");
  expect(missing(peaks, { interval_series: "trials" })).toBeUndefined();
});

describe("what is typed", () => {
  test.each([
    ["number", "1.5", { value: 1.5 }],
    ["integer", "2", { value: 2 }],
    ["integer", "1.5", { problem: "p must be a whole number" }],
    ["number", "fast", { problem: "p must be a number" }],
    ["array", "[0, 1]", { value: [0, 1] }],
    ["object", "{", { problem: "p must be JSON, such as {}" }],
    ["string", "1", { value: "1" }],
  ])("as %s: %s", (type, text, expected) => {
    expect(parseValue(parameter("p", type), text)).toEqual(expected);
  });
});

test("only what was changed is in the code, as Python writes it", () => {
  const values = { interval_series: 'the "go" trials', peak_type: "Minimum", unknown: 1 };
  expect(transformCode(peaks, "angle", "peaks", values)).toBe(
    'dm.run_transform("Interval Peak Detection", "angle", "peaks", interval_series="the \\"go\\" trials", peak_type="Minimum")',
  );
  const filter = transform("Filter", { parameters: [parameter("filter_specification", "object")] });
  const specification = { order: 4, zero_phase: true, bands: [1, null] };
  expect(transformCode(filter, "a", "b", { filter_specification: specification })).toContain(
    'filter_specification={"order": 4, "zero_phase": True, "bands": [1, None]}',
  );
});

test("a batch stores what it makes", () => {
  expect(batchCode("/p.json", "trials")).toContain('over="trials", session=dm)\nresult.store(dm, "")');
});
