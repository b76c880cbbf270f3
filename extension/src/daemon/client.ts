// The connection to the daemon: start, restart, and what is said when it cannot be started or dies.

import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import {
  EventEmitter,
  workspace,
  type CancellationToken,
  type Event,
  type LogOutputChannel,
  type Memento,
  type Uri,
} from "vscode";
import type { ErrorCodes, LanguageClient } from "vscode-languageclient/node";
import { type Action, messageOf, ShownError, showError, showInformation, showWarning } from "../ui/notify";
import type { Owned } from "../owned";
import {
  methods,
  type NotificationMethod,
  type RequestMethod,
  type SessionStatus,
} from "../protocol/generated";
import { Handlers } from "./handlers";
import { configFiles } from "./editor";
import { canGetPython, daemonCommand, editorOptions, findPython } from "./launch";
import { readLogLine } from "./logLine";
import { endIfItStays, released, startProcess } from "./process";
import { logReadiness } from "./readiness";
import { KnownPythons } from "./knownPythons";
import { ConnectionLost, type DaemonState } from "./state";
import { sessionOptions } from "../settings";

/** What features need of the daemon; tests have a small one of their own. */
export type Daemon = {
  readonly state: DaemonState;
  readonly onDidChangeState: Event<DaemonState>;
  /** Ask; starts the daemon if it is not running. */
  request<P, R>(method: RequestMethod<P, R>, params: P, token?: CancellationToken): Promise<R>;
  /** Tell; lost without a word when the daemon is not running. */
  notify<P>(method: NotificationMethod<P>, params: P): void;
  on<P>(method: NotificationMethod<P>, handler: (params: P) => void): Owned;
  /** Answer a request of the daemon's. */
  answer<P, R>(method: RequestMethod<P, R>, handler: (params: P) => Promise<R>): Owned;
};

/** After a connection that lasted this long, another one is tried without asking. */
const healthyRunMs = 60_000;
const mostQuickLosses = 1;
/** A session that runs answers at once. */
const stopLimitMs = 5_000;
/** The library's value for a request whose answer cannot come any more; the library itself is not loaded for it. */
const answerIsLost: typeof ErrorCodes.PendingResponseRejected = -32097;

export class DaemonClient implements Daemon, Owned {
  readonly #log: LogOutputChannel;
  readonly #extensionUri: Uri;
  readonly #storageUri: Uri;
  readonly #stateChanges = new EventEmitter<DaemonState>();
  readonly #handlers = new Handlers();
  readonly #version: string;
  readonly #known: KnownPythons;
  readonly #lost = new WeakSet<LanguageClient>();
  readonly #settings: Owned;
  #state: DaemonState = { kind: "off" };
  #client: LanguageClient | undefined;
  #process: ChildProcess | undefined;
  #starting: Promise<void> | undefined;
  #startedAt = 0;
  #quickLosses = 0;
  #lastErrorLine = "";
  /** Why the daemon says that it ends. */
  #farewell: string | undefined;

  readonly onDidChangeState = this.#stateChanges.event;

  constructor(options: {
    readonly log: LogOutputChannel;
    readonly extensionUri: Uri;
    readonly storageUri: Uri;
    /** Keeps what Pythons have said about themselves, for all workspaces. */
    readonly memory: Memento;
    /** Of the extension. */
    readonly version: string;
  }) {
    this.#log = options.log;
    this.#known = new KnownPythons(options.memory);
    this.#version = options.version;
    this.#extensionUri = options.extensionUri;
    this.#storageUri = options.storageUri;
    this.on(methods.sessionChanged, (session) => {
      this.#setState({ kind: "running", session });
    });
    this.on(methods.sessionEnded, ({ message }) => {
      this.#farewell = message;
    });
    this.#settings = workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("whiskertoolbox.session") && this.#client !== undefined) {
        void this.#configure(this.#client);
      }
    });
  }

  get state(): DaemonState {
    return this.#state;
  }

  /** Start the daemon if it is not running, with `endHung` in place of one that does not answer; fails with a message for people. */
  start(endHung = false): Promise<void> {
    if (this.#state.kind === "running") {
      return Promise.resolve();
    }
    this.#starting ??= this.#launch(endHung).finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** End the session, also one whose process does not answer, and start it again. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start(true);
  }

  /** End the session now, for all windows. */
  async stop(): Promise<void> {
    if (this.#client !== undefined) {
      const stopped = this.request(methods.sessionStop, {}).catch((error: unknown) => {
        this.#log.warn(`Stopping the session: ${messageOf(error)}`);
      });
      await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, stopLimitMs))]);
    }
    await this.leave();
  }

  /** Let the session go; it goes on for a time that a setting says. */
  async leave(): Promise<void> {
    await this.#starting?.catch(() => undefined); // a client that is starting cannot be stopped
    const client = this.#client;
    this.#client = undefined;
    this.#setState({ kind: "off" });
    if (client?.needsStop() === true) {
      await client.stop().catch((error: unknown) => {
        this.#log.warn(`Leaving the session: ${messageOf(error)}`);
      });
    }
    endIfItStays(this.#process);
  }

  dispose(): void {
    this.#settings.dispose();
    this.#stateChanges.dispose();
  }

  async request<P, R>(method: RequestMethod<P, R>, params: P, token?: CancellationToken): Promise<R> {
    await this.start();
    if (this.#client === undefined) {
      throw new Error("The session has just ended.");
    }
    const client = this.#client;
    try {
      // An absent token must not be passed on: it would be sent as a second parameter.
      return await (token === undefined
        ? client.sendRequest<R>(method.method, params)
        : client.sendRequest<R>(method.method, params, token));
    } catch (error) {
      if ((error as { readonly code?: number }).code === answerIsLost) {
        this.#closed(client); // this may be known here first
      }
      if (this.#lost.has(client)) {
        throw new ConnectionLost("The connection to the session was lost.", { cause: error });
      }
      throw error;
    }
  }

  notify<P>(method: NotificationMethod<P>, params: P): void {
    this.#client?.sendNotification(method.method, params).catch((error: unknown) => {
      this.#log.debug(`${method.method}: ${messageOf(error)}`);
    });
  }

  on<P>(method: NotificationMethod<P>, handler: (params: P) => void): Owned {
    return this.#handlers.on(method, handler);
  }

  answer<P, R>(method: RequestMethod<P, R>, handler: (params: P) => Promise<R>): Owned {
    return this.#handlers.answer(method, handler);
  }

  #setState(state: DaemonState): void {
    this.#state = state;
    this.#stateChanges.fire(state);
  }

  async #launch(endHung: boolean): Promise<void> {
    if (!workspace.isTrusted) {
      throw new Error(
        "This folder is not trusted, so no code of it is run. Trust the workspace to start a session.",
      );
    }
    logReadiness(this.#log, this.onDidChangeState);
    this.#setState({ kind: "starting" });
    await this.#attempt(endHung);
  }

  async #attempt(endHung: boolean): Promise<void> {
    const python = await findPython(this.#known);
    if (python.kind === "none") {
      this.#fail(python.message);
      const get: readonly Action[] = canGetPython() ? ["Get Python"] : [];
      void showError(python.message, ...get, "Select Interpreter…", "Show Log");
      throw new ShownError(python.message);
    }
    this.#log.info(`Starting the session with ${python.executable} (${python.origin})`);
    this.#lastErrorLine = "";
    try {
      const client = await this.#connect(python.executable, endHung);
      this.#client = client;
      await client.start();
      this.#startedAt = Date.now();
      this.#farewell = undefined;
      const [session] = await Promise.all([
        client.sendRequest<SessionStatus>(methods.sessionStatus.method, {}),
        this.#configure(client),
      ]);
      this.#setState({ kind: "running", session });
      this.#checkVersion(client);
    } catch (error) {
      this.#client = undefined;
      endIfItStays(this.#process);
      if (python.isRemembered) {
        this.#known.forget(); // asked again, it may say what is wrong, or another one is chosen
        return this.#attempt(endHung);
      }
      const reason = this.#lastErrorLine === "" ? messageOf(error) : this.#lastErrorLine;
      const message = `the session could not be started with ${python.executable}: ${reason}`;
      this.#fail(message);
      void showError(message, "Select Interpreter…", "Restart Session", "Show Log");
      throw new ShownError(message, { cause: error });
    }
  }

  #fail(message: string): void {
    this.#log.error(message);
    this.#setState({ kind: "failed", message });
  }

  /** Start the process, and load what speaks with it meanwhile. */
  async #connect(python: string, endHung: boolean): Promise<LanguageClient> {
    const started = startProcess(
      daemonCommand({ python, extensionUri: this.#extensionUri, storageUri: this.#storageUri, endHung }),
      (stderr) => {
        this.#logLines(stderr);
      },
    );
    const [process, { makeClient }] = await Promise.all([started, import("./languageClient")]);
    this.#process = process;
    const client = makeClient(() => released(process), {
      log: this.#log,
      files: configFiles,
      about: editorOptions(),
      closed: () => {
        this.#closed(client);
      },
    });
    this.#handlers.attach(client);
    return client;
  }

  async #configure(client: LanguageClient): Promise<void> {
    await client.sendRequest(methods.sessionConfigure.method, sessionOptions());
  }

  /** The session may have been started before the extension was updated. */
  #checkVersion(client: LanguageClient): void {
    const version = client.initializeResult?.serverInfo?.version ?? "unknown";
    if (version !== this.#version) {
      void showWarning(
        `this session was started by version ${version} of the extension, which is ${this.#version} now. ` +
          "Restart the session to use it; variables are lost, data is kept.",
        "Restart Session",
      );
    }
  }

  /** The connection ended by itself: the bridge died, or the daemon, or it was stopped in another window. */
  #closed(client: LanguageClient): void {
    const { state } = this;
    if (this.#client !== client || state.kind !== "running") {
      return; // let go by us, or it never came up: said where it was started
    }
    this.#client = undefined;
    if (this.#farewell !== undefined) {
      this.#setState({ kind: "off" });
      void showInformation(this.#farewell);
      return;
    }
    this.#lost.add(client);
    this.#quickLosses = Date.now() - this.#startedAt < healthyRunMs ? this.#quickLosses + 1 : 0;
    if (this.#quickLosses > mostQuickLosses) {
      const message = this.#lossOfSession();
      this.#fail(message);
      void showError(message, "Restart Session", "Show Log");
      return;
    }
    this.#log.warn("The connection to the session was lost");
    this.#setState({ kind: "off" });
    this.#reconnect(state.session).catch((error: unknown) => {
      this.#log.error(messageOf(error)); // the user was told by #launch
    });
  }

  async #reconnect(before: SessionStatus): Promise<void> {
    await this.start();
    const now = this.state;
    const interpreter = now.kind === "running" ? now.session.interpreter : null;
    if (interpreter === null || interpreter.processId !== before.interpreter?.processId) {
      void showWarning(`${this.#lossOfSession()} A new one was started.`, "Show Log");
    }
  }

  #lossOfSession(): string {
    const reason = this.#lastErrorLine === "" ? "" : ` (${this.#lastErrorLine})`;
    return `the session's process ended unexpectedly${reason}. Loaded data is safe on disk; variables are lost.`;
  }

  #logLines(stream: Readable): void {
    createInterface({ input: stream, crlfDelay: Infinity }).on("line", (line) => {
      const { level, text } = readLogLine(line);
      // What a dying process says last: a Python traceback's last line, or an error of ours.
      if (text.trim() !== "" && level === "error") {
        this.#lastErrorLine = text.trim();
      }
      this.#log[level](text);
    });
  }
}
