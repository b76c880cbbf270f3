import { beforeEach, describe, expect, test, vi } from "vitest";
import { CellRunner, type RunHooks } from "../../../../extension/src/features/execution";
import { methods, type RunCode, type RunResult } from "../../../../extension/src/protocol/generated";
import { ConnectionLost } from "../../../../extension/src/daemon/state";
import { FakeDaemon } from "../../fakes/daemon";
import { contextWith } from "../../fakes/views";
import { cellUri, fakeCell, fakeController } from "../../fakes/notebook";

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
  let runner: CellRunner;
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
      isStopped: () => false,
      beforeRun: note("before"),
      afterRuns: note("after"),
    };
    runner = new CellRunner(contextWith(daemon, { info: (line: string) => logged.push(line) }), hooks);
  });

  const sent = (): readonly RunCode[] =>
    daemon.asked
      .filter(({ method }) => method === methods.runCode.method)
      .map(({ params }) => params as RunCode);

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
    await runner.runCells([fakeCell("print()")], controller);
    expect(events).toContain("shown: hello");
    expect(executions.get("print()")).toMatchObject({ events: ["start", "ok"], executionOrder: 3 });
  });

  test("a run whose connection is lost is followed to its end, and shown from its beginning", async () => {
    daemon.will(methods.runCode, async ({ runId }) => {
      await daemon.ask(methods.output, {
        runId,
        outputs: [{ kind: "stream", name: "stdout", text: "one " }],
      });
      throw new ConnectionLost("lost");
    });
    daemon.will(methods.followRun, async ({ runId }) => {
      const again = { kind: "stream", name: "stdout", text: "one two" } as const;
      await daemon.ask(methods.output, { runId, outputs: [{ kind: "clear", wait: false }, again] });
      return { ...ok, executionCount: 3 };
    });
    const { controller, executions } = fakeController();
    await runner.runCells([fakeCell("print()")], controller);
    expect(executions.get("print()")).toMatchObject({
      text: "one two",
      events: ["start", "ok"],
      executionOrder: 3,
    });
  });

  test("a run that another life of the window has begun is shown in the cell that it is given", async () => {
    daemon.will(methods.unseenRuns, () => ({
      runs: [{ runId: "old", code: "work()", place: null, path: "", arguments: [] }],
    }));
    daemon.will(methods.followRun, async ({ runId }) => {
      await daemon.ask(methods.output, {
        runId,
        outputs: [{ kind: "stream", name: "stdout", text: "done" }],
      });
      return ok;
    });
    const { controller, executions } = fakeController();
    const [run] = await runner.unseenRuns();
    await runner.follow(run?.runId ?? "", fakeCell("work()"), controller);
    expect(executions.get("work()")).toMatchObject({ text: "done", events: ["start", "ok"] });
    expect(sent()).toEqual([]);
  });

  test("code from a file carries its place, a typed one its cell", async () => {
    const places: unknown[] = [];
    daemon.will(methods.runCode, ({ place, cell }: RunCode) => {
      places.push([place, cell]);
      return ok;
    });
    const { controller } = fakeController();
    const origin = { kind: "code", path: "/data/a.py", line: 4 } as const;
    await runner.runCells([fakeCell("a = 1", origin), fakeCell("b = 2")], controller);
    expect(places).toEqual([
      [{ path: "/data/a.py", line: 4 }, ""],
      [null, cellUri],
    ]);
  });

  test("a cell that stands for a file runs the file", async () => {
    daemon.will(methods.runFile, () => ok);
    await runner.runCells(
      [fakeCell("%run a.py", { kind: "file", path: "/data/a.py" })],
      fakeController().controller,
    );
    expect(daemon.asked.at(-1)).toMatchObject({
      method: methods.runFile.method,
      params: { path: "/data/a.py" },
    });
  });

  test("cells that are run together are one batch, and wait in the daemon", async () => {
    const answers = ["good", "bad", "never"].map(() => deferred<RunResult>());
    daemon.will(
      methods.runCode,
      ({ code }) => answers[["good", "bad", "never"].indexOf(code)]?.promise ?? ok,
    );
    const { controller, executions } = fakeController();
    const run = runner.runCells(
      ["good", "bad", "never"].map((code) => fakeCell(code)),
      controller,
    );
    await vi.waitFor(() => {
      expect(sent()).toHaveLength(3);
    });
    expect(new Set(sent().map(({ batch }) => batch)).size).toBe(1);
    expect(sent()[0]?.batch).not.toBe("");
    ["ok", "error", "dropped"].forEach((status, index) => {
      answers[index]?.resolve(ended(status as RunResult["status"]));
    });
    await run;
    expect([...executions].map(([code, execution]) => [code, execution.events.at(-1)])).toEqual([
      ["good", "ok"],
      ["bad", "failed"],
      ["never", "cancelled"],
    ]);
  });

  test("a cell that waits looks so until the daemon's queue says that it runs", async () => {
    const second = deferred<RunResult>();
    daemon.will(methods.runCode, () => second.promise);
    const { controller, executions } = fakeController();
    const cell = fakeCell("second");
    const run = runner.runCells([cell], controller);
    await vi.waitFor(() => {
      expect(sent()).toHaveLength(1);
    });
    const runId = sent()[0]?.runId ?? "";
    daemon.tell(methods.queueChanged, {
      running: "",
      waiting: ["other", runId],
      waitsFor: "the code before it",
    });
    expect(runner.waitingText(cell)).toBe("waits: 1 before it");
    daemon.tell(methods.queueChanged, {
      running: "x",
      waiting: [runId],
      waitsFor: "stopped at line 9 of a.py",
    });
    expect(runner.waitingText(cell)).toBe("waits: stopped at line 9 of a.py");
    expect(executions.get("second")?.events).toEqual([]);
    daemon.tell(methods.queueChanged, { running: runId, waiting: [], waitsFor: "" });
    expect(executions.get("second")?.events).toEqual(["start"]);
    expect(runner.waitingText(cell)).toBeUndefined();
    second.resolve(ok);
    await run;
    expect(executions.get("second")?.events).toEqual(["start", "ok"]);
  });

  test("a run that was dropped leaves what its cell showed before", async () => {
    daemon.will(methods.runCode, () => ended("dropped", "Not run: it was interrupted before it began."));
    const { controller, executions } = fakeController();
    await runner.runCells([fakeCell("second")], controller);
    expect(executions.get("second")?.events).toEqual(["start", "cancelled"]);
    expect(executions.get("second")?.text).toBe("");
    expect(logged).toEqual(["Not run: it was interrupted before it began."]);
  });

  test("an interpreter that died says why in the cell", async () => {
    daemon.will(methods.runCode, () => ended("died", "Killed by signal 9; all data is safe."));
    const { controller, executions } = fakeController();
    await runner.runCells([fakeCell("os.abort()")], controller);
    expect(executions.get("os.abort()")?.text).toContain("Killed by signal 9");
  });

  test("a daemon that cannot answer is said in the cell", async () => {
    daemon.will(methods.runCode, () => {
      throw new Error("the session has just ended");
    });
    const { controller, executions } = fakeController();
    await runner.runCells([fakeCell("a")], controller);
    expect(executions.get("a")?.text).toContain("the session has just ended");
    expect(executions.get("a")?.events).toEqual(["start", "failed"]);
  });

  test("at a breakpoint a cell runs in the frame and does not wait for the run that stands there", async () => {
    const stopped = deferred<RunResult>();
    daemon.will(methods.runCode, () => stopped.promise);
    const { controller, executions } = fakeController();
    const run = runner.runCells([fakeCell("stops()")], controller);
    hooks.isStopped = () => true;
    daemon.will(methods.runInFrame, async ({ runId, code }) => {
      const text = `printed by ${code}`;
      await daemon.ask(methods.output, { runId, outputs: [{ kind: "stream", name: "stdout", text }] });
      return code === "fails" ? ended("error") : ok;
    });
    await runner.runCells([fakeCell("local"), fakeCell("fails"), fakeCell("behind")], controller);
    expect(executions.get("local")).toMatchObject({ text: "printed by local", events: ["start", "ok"] });
    expect(executions.get("fails")?.events).toEqual(["start", "failed"]);
    expect(executions.get("behind")?.text).toBe("");
    expect(events).toEqual(["before"]); // the debug session goes on
    stopped.resolve(ok);
    await run;
  });

  test("the debugger is asked before every run and told when nothing is left", async () => {
    daemon.will(methods.runCode, () => ok);
    const { controller } = fakeController();
    await Promise.all(["a", "b"].map((code) => runner.runCells([fakeCell(code)], controller)));
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
