import { expect, test } from "vitest";
import { CellRunner, type RunHooks } from "../../../../extension/src/features/execution";
import { methods, type RunCode, type RunResult } from "../../../../extension/src/protocol/generated";
import { FakeDaemon } from "../../fakes/daemon";
import { contextWith } from "../../fakes/views";
import { fakeCell, fakeController } from "../../fakes/notebook";

const ok: RunResult = { status: "ok", executionCount: 1, message: "" };

const hooks: RunHooks = {
  isStopped: () => false,
  beforeRun: () => Promise.resolve(),
  afterRuns: () => Promise.resolve(),
};

/** A runner, the daemon that it asks, and what it has logged. */
function setUp(): { daemon: FakeDaemon; runner: CellRunner; logged: string[] } {
  const daemon = new FakeDaemon();
  const logged: string[] = [];
  const log = { info: (line: string) => logged.push(line) };
  return { daemon, runner: new CellRunner(contextWith(daemon, log), hooks), logged };
}

test("what a thread prints after its run has ended is shown in the run's cell, which looks as before", async () => {
  const { daemon, runner, logged } = setUp();
  let runId = "";
  daemon.will(methods.runCode, (params: RunCode) => {
    runId = params.runId;
    return { status: "error", executionCount: 4, message: "" };
  });
  const { controller, executions } = fakeController();
  await runner.runCells([fakeCell("start()")], controller);
  await daemon.ask(methods.output, {
    runId,
    outputs: [{ kind: "stream", name: "stdout", text: "late" }],
  });
  expect(executions.get("start()")).toMatchObject({
    text: "late",
    events: ["start", "failed"],
    executionOrder: 4,
  });
  expect(logged).toEqual([]);
});

test("what a thread of an earlier run of a cell prints does not mix with the later run", async () => {
  const { daemon, runner, logged } = setUp();
  const runIds: string[] = [];
  daemon.will(methods.runCode, ({ runId }: RunCode) => {
    runIds.push(runId);
    return ok;
  });
  const { controller } = fakeController();
  const cell = fakeCell("start()");
  await runner.runCells([cell], controller);
  await runner.runCells([cell], controller);
  const outputs = [{ kind: "stream", name: "stdout", text: "of the first\n" }] as const;
  await daemon.ask(methods.output, { runId: runIds[0] ?? "", outputs });
  expect(logged).toEqual(["stdout: of the first"]);
});
