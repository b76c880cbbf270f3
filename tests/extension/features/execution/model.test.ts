import { beforeEach, describe, expect, test } from "vitest";
import {
  displayItems,
  figureFormat,
  errorItem,
  errorMime,
  OutputWriter,
  savedError,
  stderrMime,
  stdoutMime,
  workingDirectory,
  type OutputItem,
  type OutputTarget,
} from "../../../../extension/src/features/execution/model";
import type { Output } from "../../../../extension/src/protocol/generated";

/** A cell that keeps its outputs as `mime: text` lines. */
class Cell implements OutputTarget<string[]> {
  outputs: string[][] = [];

  append(items: readonly OutputItem[]): Promise<string[]> {
    const output = items.map(show);
    this.outputs.push(output);
    return Promise.resolve(output);
  }

  extend(output: string[], items: readonly OutputItem[]): Promise<void> {
    output.push(...items.map(show));
    return Promise.resolve();
  }

  replace(output: string[], items: readonly OutputItem[]): Promise<void> {
    output.splice(0, output.length, ...items.map(show));
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.outputs = [];
    return Promise.resolve();
  }
}

const show = ({ mime, data }: OutputItem): string => `${mime}: ${Buffer.from(data).toString("utf8")}`;
const printed = (text: string, name: "stdout" | "stderr" = "stdout"): Output => ({
  kind: "stream",
  name,
  text,
});
const displayed = (text: string, displayId = "", isUpdate = false): Output => ({
  kind: "display",
  data: { "text/plain": text },
  isResult: false,
  displayId,
  width: 0,
  height: 0,
  figure: "",
  isUpdate,
});

describe("a run's outputs", () => {
  let cell: Cell;
  let displays: Map<string, string[]>;
  let writer: OutputWriter<string[]>;

  beforeEach(() => {
    cell = new Cell();
    displays = new Map();
    writer = new OutputWriter(cell, displays);
  });

  test("text of one stream goes into one output, over several batches", async () => {
    await writer.write([printed("a"), printed("b")]);
    await writer.write([printed("c")]);
    expect(cell.outputs).toEqual([[`${stdoutMime}: a`, `${stdoutMime}: b`, `${stdoutMime}: c`]]);
  });

  test("stdout, stderr and displays stand in the order in which they came", async () => {
    await writer.write([printed("out"), printed("err", "stderr"), displayed("value"), printed("more")]);
    expect(cell.outputs).toEqual([
      [`${stdoutMime}: out`],
      [`${stderrMime}: err`],
      ["text/plain: value"],
      [`${stdoutMime}: more`],
    ]);
  });

  test("an update replaces the display with its id, also of an earlier run", async () => {
    await writer.write([displayed("10 %", "bar")]);
    await new OutputWriter(cell, displays).write([displayed("20 %", "bar", true)]);
    expect(cell.outputs).toEqual([["text/plain: 20 %"]]);
  });

  test("an update of a display that is not there shows nothing", async () => {
    await writer.write([displayed("20 %", "bar", true)]);
    expect(cell.outputs).toEqual([]);
  });

  test("clear removes at once what was shown", async () => {
    await writer.write([printed("a"), { kind: "clear", wait: false }]);
    expect(cell.outputs).toEqual([]);
  });

  test("clear with wait removes it when the next output comes, so that nothing flickers", async () => {
    await writer.write([printed("a"), { kind: "clear", wait: true }]);
    expect(cell.outputs).toEqual([[`${stdoutMime}: a`]]);
    await writer.write([printed("b")]);
    expect(cell.outputs).toEqual([[`${stdoutMime}: b`]]);
  });

  test("an error has the form that VS Code's renderer links into files", async () => {
    const traceback = "File /home/me/script.py:3, in f()";
    await writer.write([{ kind: "error", name: "ValueError", message: "no", traceback }]);
    const [[text = ""] = []] = cell.outputs;
    expect(JSON.parse(text.slice(errorMime.length + 2))).toEqual({
      name: "ValueError",
      message: "no",
      stack: traceback,
    });
  });
});

test("a picture with more pixels is shown as large as it is meant to be", () => {
  const [first, second] = displayItems({ data: { "image/png": "iVBORw==" }, width: 32, height: 24 });
  expect(first?.mime).toBe("text/html");
  expect(Buffer.from(first?.data ?? []).toString()).toBe(
    '<img alt="Figure" width="32" height="24" src="data:image/png;base64,iVBORw==">',
  );
  expect(second?.mime).toBe("image/png");
});

test("figures have the window's resolution unless the setting says how they are drawn", () => {
  expect(figureFormat("auto", 1)).toBe("png");
  expect(figureFormat("auto", 1.5)).toBe("retina");
  expect(figureFormat("svg", 2)).toBe("svg");
  expect(figureFormat("png", 2)).toBe("png");
});

test("pictures are decoded, text and SVG are not", () => {
  const items = displayItems({
    data: { "image/png": "iVBORw==", "image/svg+xml": "<svg/>", "text/html": "<b>é</b>" },
    width: 0,
    height: 0,
  });
  expect(items.map(({ mime, data }) => [mime, Buffer.from(data).toString("latin1")])).toEqual([
    ["image/png", "\x89PNG"],
    ["image/svg+xml", "<svg/>"],
    ["text/html", Buffer.from("<b>é</b>", "utf8").toString("latin1")],
  ]);
});

test("an error without a traceback shows its message", () => {
  const { data } = errorItem({ name: "Interpreter ended", message: "killed", traceback: "killed" });
  expect(JSON.parse(Buffer.from(data).toString("utf8"))).toMatchObject({ stack: "killed" });
});

test("a traceback is saved in notebook files line by line", () => {
  const error = errorItem({ name: "ValueError", message: "bad", traceback: "first\nsecond" });
  expect(savedError(error)).toEqual({
    output_type: "error",
    ename: "ValueError",
    evalue: "bad",
    traceback: ["first", "second"],
  });
});

test.each([
  ["script", "/lab/scripts"],
  ["workspace", "/lab"],
  ["${workspaceFolder}/out", "/lab/out"],
  ["out", "/lab/out"],
  ["/elsewhere", "/elsewhere"],
])("code of a file runs in the folder that the setting names: %s", (wanted, expected) => {
  expect(workingDirectory(wanted, "/lab/scripts/run.py", "/lab")).toBe(expected);
});
