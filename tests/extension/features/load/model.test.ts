import { expect, test } from "vitest";
import {
  isLoadConfig,
  partItems,
  previewNote,
  summarizeLoad,
} from "../../../../extension/src/features/load/model";
import type { FilePreview } from "../../../../extension/src/protocol/generated";

const failure = (key: string) => ({ key, file: `/data/${key}.csv`, reason: "the file does not exist" });

test("a load without trouble says how much it made", () => {
  const { message, details } = summarizeLoad("rec.json", { made: ["a", "b"], failures: [], warnings: [] });
  expect(message).toBe("2 keys loaded from rec.json.");
  expect(details).toEqual([]);
});

test("failures are one message that names the first, and a line each in the log", () => {
  const result = { made: ["a"], failures: [failure("lfp"), failure("licks")], warnings: [] };
  const { message, details } = summarizeLoad("rec.json", result);
  expect(message).toBe('1 key loaded from rec.json, 2 failed. "lfp": the file does not exist and 1 more');
  expect(details).toHaveLength(2);
  expect(details[1]).toContain("/data/licks.csv");
});

test("warnings are counted and logged", () => {
  const { message, details } = summarizeLoad("rec.json", {
    made: ["a"],
    failures: [],
    warnings: ["odd column"],
  });
  expect(message).toBe("1 key loaded from rec.json, with 1 warning.");
  expect(details).toEqual(["rec.json: odd column"]);
});

const preview: FilePreview = {
  title: "SpikeGLX",
  warnings: [],
  parts: [
    {
      name: "imec0.ap",
      key: "imec0.ap",
      dataType: "analog",
      shape: "3,000 × 384",
      clock: "imec0.ap_time",
      rate: 30000,
      unit: "V",
      description: "",
      selected: true,
    },
    {
      name: "imec0.ap/sync",
      key: "sync",
      dataType: "digital_interval",
      shape: "? × 2",
      clock: "time",
      rate: null,
      unit: "",
      description: "$(bug) line",
      selected: false,
    },
  ],
};

test("a part of a file is offered with its type, shape, unit and clock", () => {
  const [signal, sync] = partItems(preview);
  expect(signal).toEqual({
    label: "imec0.ap",
    description: "analog · 3,000 × 384 · V",
    detail: "on imec0.ap_time, 30000 ticks per second",
    picked: true,
    name: "imec0.ap",
    key: "imec0.ap",
  });
  expect(sync).toMatchObject({ label: "sync", picked: false });
  expect(sync?.detail).toBe("imec0.ap/sync · on time · $ (bug) line");
});

test("the first warning of a file stands above its parts", () => {
  expect(previewNote(preview)).toBe("Choose what to load (2 parts)");
  expect(previewNote({ ...preview, warnings: ["rows left out"] })).toBe("rows left out");
  expect(previewNote({ ...preview, warnings: ["a", "b", "c"] })).toBe("a (and 2 more in the log)");
});

test("only a JSON file is taken for a load config", () => {
  expect(["/d/rec.json", "/d/REC.JSON", "/d/a.nwb", "/d/folder"].map(isLoadConfig)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
