import type { LogOutputChannel } from "vscode";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Context } from "../../../../extension/src/context";
import { Executor, valueItems, type RunHooks } from "../../../../extension/src/features/execution";
import { methods, type RunCode, type RunResult } from "../../../../extension/src/protocol/generated";
import { FakeDaemon } from "../../fakes/daemon";
import { fakeCell, fakeController } from "../../fakes/notebook";

const ok: RunResult = { status: "ok", executionCount: 1, message: "" };
const ended = (status: RunResult["status"], message = ""): RunResult => ({ ...ok, status, message });

/** A promise and what resolves it. */
function deferred<T>(): { readonly promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

describe("running cells", () => {
  let daemon: FakeDaemon;
  let events: string[];
  let hooks: RunHooks;
  let executor: Executor;
  let logged: string[];

  beforeEach(() => {
    daemon = new FakeDaemon();
    events = [];
    logged = [];
    const note = (event: string) => (): Promise<void> => {
      events.push(event);
      return Promise.resolve();
    };
    hooks = {
      evaluateInFrame: () => undefined,
      beforeRun: note("before"),
      afterRuns: note("after"),
      resume: note("resume"),
    };
    const log = { info: (line: string) => logged.push(line) } as unknown as LogOutputChannel;
    const ctx: Context = { daemon, log, subscriptions: [] };
    executor = new Executor(ctx, hooks);
  });

  test("a run's output is in its cell before the daemon may send more", async () => {
    daemon.will(methods.runCode, async ({ runId }) => {
      await daemon.ask(methods.output, {
        runId,
        outputs: [{ kind: "stream", name: "stdout", text: "hello" }],
      });
      events.push(`shown: ${executions.get("print()")?.text ?? ""}`);
      return { ...ok, executionCount: 3 };
    });
    const { controller, executions } = fakeController();
    await executor.runCells([fakeCell("print()")], controller);
    expect(events).toContain("shown: hello");
    expect(executions.get("print()")).toMatchObject({ events: ["start", "ok"], executionOrder: 3 });
  });

  test("code from a file carries its place, a typed one has none", async () => {
    const places: unknown[] = [];
    daemon.will(methods.runCode, ({ place }: RunCode) => {
      places.push(place);
      return ok;
    });
    const { controller } = fakeController();
    const origin = { kind: "code", path: "/data/a.py", line: 4 } as const;
    await executor.runCells([fakeCell("a = 1", origin), fakeCell("b = 2")], controller);
    expect(places).toEqual([{ path: "/data/a.py", line: 4 }, null]);
  });

  test("a cell that stands for a file runs the file", async () => {
    daemon.will(methods.runFile, () => ok);
    await executor.runCells(
      [fakeCell("%run a.py", { kind: "file", path: "/data/a.py" })],
      fakeController().controller,
    );
    expect(daemon.asked.at(-1)).toMatchObject({
      method: methods.runFile.method,
      params: { path: "/data/a.py" },
    });
  });

  test("cells behind one that fails are left out", async () => {
    daemon.will(methods.runCode, ({ code }) => (code === "bad" ? ended("error") : ok));
    const { controller, executions } = fakeController();
    await executor.runCells(
      ["good", "bad", "never"].map((code) => fakeCell(code)),
      controller,
    );
    expect([...executions].map(([code, execution]) => [code, execution.events.at(-1)])).toEqual([
      ["good", "ok"],
      ["bad", "failed"],
      ["never", "cancelled"],
    ]);
  });

  test("a second run starts when the first has ended", async () => {
    const first = deferred<RunResult>();
    daemon.will(methods.runCode, ({ code }) => (code === "first" ? first.promise : ok));
    const { controller, executions } = fakeController();
    const runs = ["first", "second"].map((code) => executor.runCells([fakeCell(code)], controller));
    expect(executions.get("second")?.events).toEqual([]);
    first.resolve(ok);
    await Promise.all(runs);
    expect(executions.get("second")?.events).toEqual(["start", "ok"]);
  });

  test("what waits is dropped with an interrupt", async () => {
    const first = deferred<RunResult>();
    daemon.will(methods.runCode, () => first.promise);
    const { controller, executions } = fakeController();
    const runs = ["first", "second"].map((code) => executor.runCells([fakeCell(code)], controller));
    executor.dropQueue();
    first.resolve(ended("interrupted"));
    await Promise.all(runs);
    expect(executions.get("second")?.events.at(-1)).toBe("cancelled");
  });

  test("an interpreter that died says why in the cell", async () => {
    daemon.will(methods.runCode, () => ended("died", "Killed by signal 9; all data is safe."));
    const { controller, executions } = fakeController();
    await executor.runCells([fakeCell("os.abort()")], controller);
    expect(executions.get("os.abort()")?.text).toContain("Killed by signal 9");
  });

  test("a daemon that cannot answer is said in the cell", async () => {
    daemon.will(methods.runCode, () => {
      throw new Error("the session has just ended");
    });
    const { controller, executions } = fakeController();
    await executor.runCells([fakeCell("a")], controller);
    expect(executions.get("a")?.text).toContain("the session has just ended");
    expect(executions.get("a")?.events).toEqual(["start", "failed"]);
  });

  test("at a breakpoint a cell is evaluated in the frame and does not wait for the run that stands there", async () => {
    const stopped = deferred<RunResult>();
    daemon.will(methods.runCode, () => stopped.promise);
    const { controller, executions } = fakeController();
    const run = executor.runCells([fakeCell("stops()")], controller);
    hooks.evaluateInFrame = (code) => Promise.resolve(valueItems(`value of ${code}`));
    await executor.runCells([fakeCell("local")], controller);
    expect(executions.get("local")?.text).toBe("value of local");
    stopped.resolve(ok);
    await run;
  });

  test("the debugger is asked before every run and told when nothing is left", async () => {
    daemon.will(methods.runCode, () => ok);
    const { controller } = fakeController();
    await Promise.all(["a", "b"].map((code) => executor.runCells([fakeCell(code)], controller)));
    await vi.waitFor(
      () => {
        expect(events).toEqual(["before", "before", "after"]);
      },
      { timeout: 30_000 },
    );
  });

  test("what is printed while nothing runs goes to the log", async () => {
    const outputs = [{ kind: "stream", name: "stdout", text: "from a thread\n" }] as const;
    await daemon.ask(methods.output, { runId: "", outputs });
    expect(logged).toEqual(["stdout: from a thread"]);
  });
});
