import { expect, test } from "vitest";
import {
  choiceOf,
  isLoadConfig,
  partItems,
  previewNote,
  refusalOfKey,
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
      clock: "imec0/times",
      unit: "V",
      description: "",
      selected: true,
    },
    {
      name: "imec0.ap/sync",
      key: "sync",
      dataType: "digital_interval",
      shape: "? × 2",
      clock: "",
      unit: "",
      description: "$(bug) line",
      selected: false,
    },
  ],
  clocks: [{ name: "imec0/times", timeKey: "imec0.ap_time", rate: 30000, size: 3000 }],
  config: "[]",
  code: "dm.import_file('imec0')",
};
const [ap, syncPart] = preview.parts;
const unchanged = { keys: new Map<string, string>(), clocks: new Map<string, string>() };

test("a part of a file is offered with its type, shape, unit and clock", () => {
  const [signal, sync] = partItems(preview, unchanged);
  expect(signal).toEqual({
    label: "imec0.ap",
    description: "analog · 3,000 × 384 · V",
    detail: "on imec0.ap_time, 30000 ticks per second",
    part: ap,
  });
  expect(sync?.detail).toBe("imec0.ap/sync · on time · $ (bug) line");
});

test("a part is shown, and asked for, under the key and on the clock that were chosen", () => {
  const changes = { keys: new Map([["imec0.ap", "probe=1"]]), clocks: new Map([["imec0/times", "master"]]) };
  const [signal] = partItems(preview, changes);
  expect(signal).toMatchObject({ label: "probe=1", detail: "imec0.ap · on master" });
  expect(choiceOf(preview.parts, changes)).toEqual({
    parts: [
      { name: "imec0.ap", key: "probe=1" },
      { name: "imec0.ap/sync", key: "sync" },
    ],
    clocks: [{ name: "imec0/times", timeKey: "master" }],
  });
});

test("two parts cannot have one key", () => {
  const part = syncPart ?? expect.fail();
  expect(refusalOfKey("imec0.ap", part, preview, unchanged)).toBe("imec0.ap has this key.");
  expect(refusalOfKey(" ", part, preview, unchanged)).toBe("A key needs a name.");
  expect(refusalOfKey("sync", part, preview, unchanged)).toBeUndefined();
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
