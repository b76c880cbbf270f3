import { describe, expect, test } from "vitest";
import {
  batchCode,
  batchContext,
  batchText,
  fitting,
  madeBy,
  newStep,
  parsePipeline,
  pipelineCode,
  pipelineExpression,
  pipelineJson,
  proposedKey,
  sessionFolder,
  transformTree,
} from "../../../../extension/src/features/transforms/model";
import type { BatchStatus, Transform } from "../../../../extension/src/protocol/generated";

const transform = (name: string, rest: Partial<Transform> = {}): Transform => ({
  name,
  summary: "",
  kinds: ["Analog"],
  stores: true,
  makes: "Analog",
  origin: "first generation",
  parameters: [],
  data: [],
  ...rest,
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

test("a step takes what steps before it make, where that is known", () => {
  const steps = [newStep("Filter", "angle"), newStep("Later", "angle"), newStep("Unknown", "angle")];
  const all = [transform("Filter"), transform("Later", { makes: "" })];
  expect(madeBy(steps, all)).toEqual([{ key: "angle_filter", type: "Analog", sizeLabel: "made by step 1" }]);
});

describe("as Python", () => {
  test("one step is a call with what was filled in, as Python writes it", () => {
    const values = { series: 'the "go" trials', spec: { order: 4, zero_phase: true, bands: [1, null] } };
    const step = { ...newStep("Filter", "angle"), values };
    expect(pipelineCode({ steps: [step], rest: {} })).toBe(
      'dm.run_transform("Filter", "angle", "angle_filter", series="the \\"go\\" trials", ' +
        'spec={"order": 4, "zero_phase": True, "bands": [1, None]})',
    );
  });

  test("several are a pipeline", () => {
    const steps = [newStep("Filter", "a"), newStep("Hilbert Phase", "a_filter")];
    expect(pipelineCode({ steps, rest: {} })).toBe(
      'print(wt.pipeline(\n    wt.step("Filter", "a", "a_filter"),\n' +
        '    wt.step("Hilbert Phase", "a_filter", "a_filter_hilbert_phase"),\n).run(dm))',
    );
  });

  test.each([
    [{ phase: 1 }, '"phase": 1'],
    [{ enabled: false }, '"enabled": False'],
    [{ output_time_key: "camera" }, '"output_time_key": "camera"'],
  ])("nothing that its file says is lost: %j", (rest, text) => {
    const steps = [{ ...newStep("Filter", "a"), rest }];
    expect(pipelineExpression({ steps, rest: {} })).toContain(text);
  });
});

describe("as JSON", () => {
  test("a file is written as it was read", () => {
    const file = {
      metadata: { name: "phase", variables: { low: 8 } },
      steps: [
        {
          step_id: "1",
          transform_name: "Filter",
          input_key: "a",
          output_key: "b",
          parameters: { x: "${low}" },
          phase: 2,
          enabled: false,
        },
        { step_id: "2", transform_name: "Hilbert Phase", input_key: "b" },
      ],
    };
    expect(JSON.parse(pipelineJson(parsePipeline(JSON.stringify(file), "p.json")))).toEqual(file);
  });

  test("steps of a load config, and a bare list, are read too", () => {
    const steps = [{ transform_name: "Filter", input_key: "a" }];
    for (const file of [{ transformations: { steps } }, steps]) {
      expect(parsePipeline(`\uFEFF${JSON.stringify(file)}`, "p.json").steps[0]?.transform).toBe("Filter");
    }
  });

  test("steps that are put together from two files have ids of their own", () => {
    const step = { ...newStep("Filter", "a"), rest: { step_id: "step 2" } };
    const { steps } = JSON.parse(pipelineJson({ steps: [step, newStep("Filter", "b")], rest: {} })) as {
      steps: { step_id: string }[];
    };
    expect(new Set(steps.map((one) => one.step_id)).size).toBe(2);
  });

  test.each([
    ["{", /p\.json is not valid JSON/],
    ["1", /p\.json is not a pipeline/],
    ['{"steps": 1}', /p\.json is not a pipeline/],
    ['{"steps": [1]}', /p\.json: step 1 must be an object/],
    ['[{"transform_name": "Filter"}]', /p\.json: step 1 must have the texts/],
  ])("what is none is refused: %s", (text, message) => {
    expect(() => parsePipeline(text, "p.json")).toThrow(message);
  });
});

test("a batch stores what it makes", () => {
  expect(batchCode("p", "trials")).toBe('print(wt.batch(p, over="trials", session=dm, into=""))');
});

describe("how far a batch is", () => {
  const batch: BatchStatus = {
    number: 1,
    label: "p over trials",
    state: "running",
    done: 12,
    total: 2000,
    failed: 0,
    elapsedS: 90,
    remainingS: 3700,
    errors: [],
  };

  test.each<[Partial<BatchStatus>, string, string]>([
    [{}, "12 of 2,000 · 1 h 1 min left", "batch.running"],
    [{ remainingS: null }, "12 of 2,000", "batch.running"],
    [{ failed: 3, remainingS: 59.2 }, "12 of 2,000, 3 failed · 1 min 0 s left", "batch.running"],
    [{ state: "done", done: 2000 }, "2,000 of 2,000 · 1 min 30 s", "batch"],
    [{ state: "done", failed: 1, elapsedS: 4 }, "12 of 2,000, 1 failed · 4 s", "batch.failed"],
    [{ state: "cancelled", failed: 1 }, "cancelled · 12 of 2,000, 1 failed", "batch.cancelled"],
  ])("%j", (rest, text, context) => {
    expect(batchText({ ...batch, ...rest })).toBe(text);
    expect(batchContext({ ...batch, ...rest })).toBe(context);
  });
});

test("a session is known by the folder of its recording", () => {
  expect(sessionFolder("/data/rec 1/.whiskertoolbox/session/catalogue.sqlite")).toBe("/data/rec 1");
});
