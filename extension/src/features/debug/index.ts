// Debugging: the debug type `whiskertoolbox`, Debug File, and stops at breakpoints in ordinary runs.

import {
  debug,
  DebugAdapterInlineImplementation,
  DebugStackFrame,
  FunctionBreakpoint,
  SourceBreakpoint,
  Uri,
  workspace,
  type DebugSession,
} from "vscode";
import { registerCommand, type Context } from "../../context";
import type { Owned } from "../../owned";
import { methods, type SessionStatus } from "../../protocol/generated";
import { setting } from "../../settings";
import { messageOf, showFailure, showWarning } from "../../ui/notify";
import type { Console } from "../console";
import type { RunHooks } from "../execution";
import { runCells, runFile, runSelection, savedPythonFile } from "../run";
import { processOf, RelayAdapter } from "./adapter";
import { configurationProvider, debugType, launchConfiguration, runLaunched } from "./launch";
import { canStopIn, childStarted, type StartedChild } from "./model";
import { SetUp } from "./setUp";

const farewell = JSON.stringify({ seq: 0, type: "request", command: "disconnect", arguments: {} });

/** The debug session of the interpreter, if there is one: its debugger talks to one at a time. */
export class Debugging implements RunHooks {
  readonly #ctx: Context;
  #adapter: RelayAdapter | undefined;
  /** A session that was begun for a run and has not shown that its code stopped, until another takes over. */
  #unseen: RelayAdapter | undefined;
  #takingOver: Promise<void> | undefined;
  /** The sessions of processes that code has started. */
  readonly #children = new Set<RelayAdapter>();
  /** The session was started for what runs now, and ends when nothing is left to run. */
  #endsWithRuns = false;
  readonly #setUp = new SetUp(
    () => this.#attach(),
    (error) => void showWarning(`Breakpoints do not work in this run: ${messageOf(error)}`, "Show Log"),
  );

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  get isActive(): boolean {
    return this.#adapter !== undefined || this.#takingOver !== undefined;
  }

  async createAdapter(session: DebugSession): Promise<RelayAdapter> {
    if (processOf(session) !== 0) {
      const child = new RelayAdapter(session, this.#ctx);
      this.#children.add(child);
      void child.ended.then(() => this.#children.delete(child));
      return child;
    }
    if (this.#adapter !== undefined) {
      throw new Error("A debug session is already connected to the interpreter. End it first.");
    }
    if (this.#unseen === undefined) {
      await this.#ctx.daemon.request(methods.debugAttach, {});
    }
    const adapter = new RelayAdapter(session, this.#ctx);
    const stop = this.#unseen?.handOver() ?? [];
    this.#unseen = undefined;
    void adapter.configured.then(() => {
      adapter.replay(stop);
    });
    adapter.onDidStopUnseen(() => {
      this.#takingOver = this.#showStop(adapter).finally(() => {
        this.#takingOver = undefined;
      });
    });
    this.#adapter = adapter;
    this.#endsWithRuns = session.configuration["endsWithRuns"] === true;
    return adapter;
  }

  ended(session: DebugSession): void {
    if (this.#adapter?.session.id === session.id) {
      this.#adapter = undefined;
    }
  }

  /** The interpreter is gone or another: nobody is there to end the session properly. */
  interpreterLost(): void {
    this.#adapter?.abandon();
    this.#children.forEach((child) => {
      child.abandon();
    });
  }

  /** What VS Code's debug view shows is in a process that code has started, and not in the session. */
  get looksAtAnotherProcess(): boolean {
    const session = debug.activeDebugSession;
    return session !== undefined && processOf(session) !== 0;
  }

  isStopped(): boolean {
    return this.#runState() === "stopped";
  }

  /** What is typed runs in the frame that is looked at, and the Variables view shows it. */
  frameSelected(item: typeof debug.activeStackItem): void {
    const isOurs = item instanceof DebugStackFrame && item.session.id === this.#adapter?.session.id;
    this.#ctx.daemon.notify(methods.debugSelectFrame, { frame: isOurs ? item.frameId : null });
  }

  async beforeRun(): Promise<void> {
    if (
      setting("debug.stopInOrdinaryRuns") &&
      (setting("debug.stopAtUncaughtExceptions") || hasBreakpoints())
    ) {
      await this.ensureSession();
    }
  }

  /** A session is there from now on, until nothing is left to run; it shows its tools from its first stop on. */
  async ensureSession(): Promise<void> {
    // Breakpoints may be set while a session for others is being started.
    await this.#setUp.ready();
  }

  async #attach(): Promise<void> {
    await this.#takingOver;
    if (this.#adapter !== undefined) {
      return;
    }
    await this.#ctx.daemon.request(methods.debugAttach, {}); // VS Code would say in a dialog why this fails
    if (await begin({ showsNoStop: true })) {
      await this.#isConfigured();
    }
  }

  /** End the session that has no tools, which VS Code cannot give it, and let one with them take over. */
  async #showStop(unseen: RelayAdapter): Promise<void> {
    await unseen.leaveUnseen();
    this.#adapter = undefined;
    this.#unseen = unseen;
    if (await begin({ showsNoStop: false })) {
      await this.#isConfigured();
    } else {
      this.#unseen = undefined;
      unseen.handOver();
      this.#ctx.daemon.notify(methods.debugSend, { content: farewell, text: null, process: 0 });
      void showWarning(
        "Code stopped at a breakpoint, and VS Code began no debug session to show it: it goes on.",
      );
    }
    if (!this.#isRunning()) {
      await this.afterRuns(); // it was interrupted meanwhile
    }
  }

  /** A breakpoint that is set while code runs counts at once. */
  async breakpointsChanged(): Promise<void> {
    if (this.#adapter !== undefined || !this.#isRunning()) {
      return;
    }
    await this.beforeRun();
    if (!this.#isRunning()) {
      await this.afterRuns(); // the run ended meanwhile
    }
  }

  #isRunning(): boolean {
    return ["busy", "stopped"].includes(this.#runState() ?? "");
  }

  #runState(): SessionStatus["state"] | undefined {
    const { state } = this.#ctx.daemon;
    return state.kind === "running" ? state.session.state : undefined;
  }

  async #isConfigured(): Promise<void> {
    await this.#adapter?.configured;
  }

  async afterRuns(): Promise<void> {
    if (this.#endsWithRuns) {
      await this.#adapter?.leave();
    }
  }
}

function hasBreakpoints(): boolean {
  return debug.breakpoints.some(
    (breakpoint) =>
      breakpoint.enabled &&
      (breakpoint instanceof FunctionBreakpoint ||
        (breakpoint instanceof SourceBreakpoint && canStopIn(breakpoint.location.uri))),
  );
}

export function activateDebug(ctx: Context, debugging: Debugging, console: Console): void {
  ctx.subscriptions.push(
    debug.registerDebugAdapterDescriptorFactory(debugType, {
      async createDebugAdapterDescriptor(session) {
        const adapter = await debugging.createAdapter(session);
        followSession(adapter, debugging, console);
        // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- VS Code asks for the shape
        return new DebugAdapterInlineImplementation(adapter);
      },
    }),
    debug.registerDebugConfigurationProvider(
      debugType,
      configurationProvider(console, () => debugging.isActive),
    ),
    debug.onDidChangeActiveStackItem((item) => {
      debugging.frameSelected(item);
    }),
    debug.onDidChangeBreakpoints(() => {
      debugging.breakpointsChanged().catch((error: unknown) => {
        ctx.log.warn(`After a change of breakpoints: ${messageOf(error)}`);
      });
    }),
    ctx.daemon.on(methods.debugWanted, () => {
      void debugging.ensureSession();
    }),
    debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
      if (session.type === debugType && event === childStarted) {
        debugChild(session, body as StartedChild).catch((error: unknown) => {
          ctx.log.warn(`A process is not debugged: ${messageOf(error)}`);
        });
      }
    }),
    debug.onDidTerminateDebugSession((session) => {
      debugging.ended(session);
    }),
    endWithInterpreter(ctx, debugging),
  );
  registerCommand(ctx, "whiskertoolbox.debugFile", async (uri?: Uri) => {
    const program = await savedPythonFile(uri);
    if (debugging.isActive) {
      await runFile(console, program); // it stops at breakpoints in the session that is there
      return;
    }
    const folder = workspace.getWorkspaceFolder(Uri.file(program));
    await debug.startDebugging(folder, launchConfiguration(program));
  });
  registerCommand(ctx, "whiskertoolbox.debugCell", async (uri?: Uri, line?: number) => {
    await debugging.ensureSession();
    await runCells(console, uri, line, "this", true);
  });
  registerCommand(ctx, "whiskertoolbox.debugSelection", async () => {
    await debugging.ensureSession();
    await runSelection(ctx, console, true);
  });
  registerCommand(ctx, "whiskertoolbox.debugLastError", () => console.run("%debug"));
}

/** Begin a session for what runs now. Nothing of the window changes until code stops. */
function begin(how: { readonly showsNoStop: boolean }): Thenable<boolean> {
  const configuration = {
    type: debugType,
    request: "attach",
    name: "WhiskerToolbox",
    endsWithRuns: true,
    ...how,
  };
  return debug.startDebugging(workspace.workspaceFolders?.[0], configuration, {
    suppressDebugStatusbar: true,
    suppressDebugView: true,
    suppressSaveBeforeStart: true,
    suppressDebugToolbar: how.showsNoStop,
  });
}

/** Begin the session of a process that code has started, beside that of the interpreter. */
async function debugChild(parent: DebugSession, { name, process }: StartedChild): Promise<void> {
  const { justMyCode, stopAtUncaughtExceptions, logToFile } = parent.configuration;
  const configuration = {
    type: debugType,
    request: "attach",
    name,
    process,
    subProcess: false,
    justMyCode: justMyCode as unknown,
    stopAtUncaughtExceptions: stopAtUncaughtExceptions as unknown,
    logToFile: logToFile as unknown,
  };
  await debug.startDebugging(parent.workspaceFolder, configuration, {
    parentSession: parent,
    suppressDebugStatusbar: true,
    suppressDebugView: true,
    suppressSaveBeforeStart: true,
  });
}

/** Run the program once breakpoints are set. */
function followSession(adapter: RelayAdapter, debugging: Debugging, console: Console): void {
  const { session } = adapter;
  adapter.onDidReach((phase) => {
    if (phase === "configured" && session.configuration.request === "launch") {
      runLaunched(console, session.configuration).catch((error: unknown) => {
        showFailure(error, "Show Log");
        return adapter.leave();
      });
    }
    if (phase === "ended") {
      debugging.ended(session);
    }
  });
}

/** End the debug session when the interpreter it is connected to has ended. */
function endWithInterpreter(ctx: Context, debugging: Debugging): Owned {
  let processId: number | undefined;
  return ctx.daemon.onDidChangeState((state) => {
    const interpreter =
      state.kind === "running" && state.session.state !== "dead" ? state.session.interpreter : null;
    if (interpreter?.processId !== processId) {
      processId = interpreter?.processId;
      debugging.interpreterLost();
    }
  });
}
