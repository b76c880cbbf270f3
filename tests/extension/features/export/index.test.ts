import { beforeEach, expect, test } from "vitest";
import { activateExport } from "../../../../extension/src/features/export";
import { methods, type ExportFormat, type ExportKeys } from "../../../../extension/src/protocol/generated";
import { FakeDaemon } from "../../fakes/daemon";
import { contextWith } from "../../fakes/views";
import { choice, chosenPath, registeredCommands, shownMessages, typed } from "../../fakes/vscode";

const nwb: ExportFormat = {
  name: "nwb",
  title: "NWB",
  suffix: ".nwb",
  missing: [],
  questions: [{ option: "session_start_time", prompt: "When?", example: "2026" }],
};
const parquet: ExportFormat = {
  name: "arrow",
  title: "Parquet table",
  suffix: ".parquet",
  missing: ["pyarrow"],
  questions: [],
};
const lfp = {
  kind: "key" as const,
  id: "key:lfp",
  icon: "pulse",
  data: {
    key: "lfp",
    type: "Analog",
    timeKey: "time",
    size: 9,
    sizeLabel: "9 samples",
    numBytes: 36,
    columns: [],
  },
};

let daemon: FakeDaemon;
let installed: (readonly string[])[];
let written: ExportKeys[];

beforeEach(() => {
  daemon = new FakeDaemon();
  installed = [];
  written = [];
  typed.length = 0;
  shownMessages.length = 0;
  chosenPath.next = "/data/lfp.nwb";
  daemon.will(methods.dataExportFormats, () => ({ formats: [parquet, nwb] }));
  daemon.will(methods.dataExport, (wanted) => {
    written.push(wanted);
    return { path: wanted.path, isTaken: false, warnings: [] };
  });
  activateExport(contextWith(daemon, { warn: () => undefined }), {
    install: (packages) => {
      installed.push(packages);
      return Promise.resolve();
    },
    offerMissing: () => undefined,
    prepareFor: () => Promise.resolve(true),
  });
});

const exportLfp = (): unknown => registeredCommands.get("whiskertoolbox.exportData")?.(lfp);

test("a key is written in the chosen format, with the answers to its questions", async () => {
  typed.push("NWB", " 2026-03-01T10:00:00Z ");
  await exportLfp();
  const [{ path, keys, format, options, overwrite } = expect.fail()] = written;
  expect({ path, keys, format, overwrite }).toEqual({
    path: "/data/lfp.nwb",
    keys: ["lfp"],
    format: "nwb",
    overwrite: false,
  });
  expect(options).toEqual([{ name: "session_start_time", value: "2026-03-01T10:00:00Z" }]);
  expect(shownMessages.at(-1)?.text).toContain("1 key exported to lfp.nwb.");
});

test("a question may be left without an answer, and leaving it leaves the export", async () => {
  typed.push("NWB", "");
  await exportLfp();
  expect(written.at(-1)?.options).toEqual([]);
  typed.push("NWB", undefined);
  await exportLfp();
  expect(written).toHaveLength(1);
});

test("what a format needs is installed first", async () => {
  typed.push("Parquet table");
  await exportLfp();
  expect(installed).toEqual([["pyarrow"]]);
  expect(written.at(-1)?.path).toBe("/data/lfp.nwb.parquet");
});

test("nothing is replaced before the user has said so", async () => {
  daemon.will(methods.dataExport, (wanted) => {
    written.push(wanted);
    return { path: wanted.path, isTaken: !wanted.overwrite, warnings: [] };
  });
  typed.push("NWB", "");
  await exportLfp();
  expect(written.map(({ overwrite }) => overwrite)).toEqual([false]);
  expect(shownMessages.at(-1)?.text).toBe('Replace what is in "lfp.nwb"?');
  typed.push("NWB", "");
  choice.next = "Replace";
  await exportLfp();
  expect(written.map(({ overwrite }) => overwrite)).toEqual([false, false, true]);
});

test("what was left out is told", async () => {
  daemon.will(methods.dataExport, ({ path }) => ({
    path,
    isTaken: false,
    warnings: ["a was left out", "b"],
  }));
  typed.push("NWB", "");
  await exportLfp();
  expect(shownMessages.at(-1)).toEqual({
    text: "WhiskerToolbox: 1 key exported to lfp.nwb. a was left out (and 1 more in the log)",
    buttons: ["Show Details"],
  });
});

test("without a key that was clicked on, keys are chosen of a list", async () => {
  daemon.will(methods.dataList, () => ({
    revision: 1,
    keys: [lfp.data],
    kinds: [],
    clocks: [],
    groups: [],
    truncated: false,
  }));
  typed.push("lfp", "NWB", "");
  await registeredCommands.get("whiskertoolbox.exportData")?.();
  expect(written.at(-1)?.keys).toEqual(["lfp"]);
});

test("keys that no format holds together are told", async () => {
  daemon.will(methods.dataExportFormats, () => ({ formats: [] }));
  await exportLfp();
  expect(shownMessages.at(-1)?.text).toContain("no format can hold these keys together");
});
