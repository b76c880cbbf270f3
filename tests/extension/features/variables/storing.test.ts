import { beforeEach, expect, test } from "vitest";
import { storeNewVariables } from "../../../../extension/src/features/variables/storing";
import { methods, type DataKeys } from "../../../../extension/src/protocol/generated";
import { FakeDaemon } from "../../fakes/daemon";
import { contextWith, noConsole } from "../../fakes/views";
import { typed } from "../../fakes/vscode";

beforeEach(() => {
  typed.length = 0;
});

test("a clock whose name has an icon in it is shown as text, and given back as it is", async () => {
  const daemon = new FakeDaemon();
  const clocks = ["time", "a$(bug)"].map((timeKey) => ({ timeKey, size: 1 }));
  daemon.will(methods.dataList, () => ({ keys: [], clocks }) as unknown as DataKeys);
  const run: string[] = [];
  const console = {
    ...noConsole,
    run: (code: string) => {
      run.push(code);
      return Promise.resolve();
    },
  };
  typed.push("a$ (bug)");
  await storeNewVariables(contextWith(daemon), console);
  expect(run).toEqual(['dm.import_new(globals(), "a$(bug)")']);
});
