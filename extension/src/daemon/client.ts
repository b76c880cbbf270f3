// The connection to the daemon: start, restart, and what is said when it cannot be started or dies.

import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import {
  EventEmitter,
  workspace,
  type CancellationToken,
  type Event,
  type LogOutputChannel,
  type Uri,
} from "vscode";
import { CloseAction, ErrorAction, LanguageClient } from "vscode-languageclient/node";
import { messageOf, ShownError, showError, showWarning } from "../ui/notify";
import type { Owned } from "../owned";
import {
  methods,
  type NotificationMethod,
  type RequestMethod,
  type SessionStatus,
} from "../protocol/generated";
import { daemonExecutable, findPython } from "./launch";
import { readLogLine } from "./logLine";
import type { DaemonState } from "./state";

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

/** Files that the daemon looks at beside Python; called as in the manifest's `jsonValidation`. */
const loadConfigs = "**/{recording.json,*.load.json,*.wtconfig.json}";

/** A daemon that ran at least this long is restarted without asking when it dies. */
const healthyRunMs = 60_000;

type AnyHandler = (params: unknown) => unknown;

export class DaemonClient implements Daemon, Owned {
  readonly #log: LogOutputChannel;
  readonly #extensionUri: Uri;
  readonly #storageUri: Uri;
  readonly #stateChanges = new EventEmitter<DaemonState>();
  readonly #notificationHandlers = new Map<string, Set<AnyHandler>>();
  readonly #requestHandlers = new Map<string, AnyHandler>();
  #state: DaemonState = { kind: "off" };
  #client: LanguageClient | undefined;
  #starting: Promise<void> | undefined;
  #startedAt = 0;
  #lastErrorLine = "";

  readonly onDidChangeState = this.#stateChanges.event;

  constructor(options: {
    readonly log: LogOutputChannel;
    readonly extensionUri: Uri;
    readonly storageUri: Uri;
  }) {
    this.#log = options.log;
    this.#extensionUri = options.extensionUri;
    this.#storageUri = options.storageUri;
    this.on(methods.sessionChanged, (session) => {
      this.#setState({ kind: "running", session });
    });
  }

  get state(): DaemonState {
    return this.#state;
  }

  /** Start the daemon if it is not running; fails with a message for people. */
  start(): Promise<void> {
    if (this.#state.kind === "running") {
      return Promise.resolve();
    }
    this.#starting ??= this.#launch().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** End the daemon and start a new one. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** End the daemon; it ends the interpreter. */
  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined); // a client that is starting cannot be stopped
    const client = this.#client;
    this.#client = undefined;
    this.#setState({ kind: "off" });
    if (client?.needsStop() === true) {
      await client.stop().catch((error: unknown) => {
        this.#log.warn(`Stopping the daemon: ${messageOf(error)}`);
      });
    }
  }

  dispose(): void {
    this.#stateChanges.dispose();
  }

  async request<P, R>(method: RequestMethod<P, R>, params: P, token?: CancellationToken): Promise<R> {
    await this.start();
    if (this.#client === undefined) {
      throw new Error("The session has just ended.");
    }
    // An absent token must not be passed on: it would be sent as a second parameter.
    return token === undefined
      ? this.#client.sendRequest<R>(method.method, params)
      : this.#client.sendRequest<R>(method.method, params, token);
  }

  notify<P>(method: NotificationMethod<P>, params: P): void {
    this.#client?.sendNotification(method.method, params).catch((error: unknown) => {
      this.#log.debug(`${method.method}: ${messageOf(error)}`);
    });
  }

  on<P>(method: NotificationMethod<P>, handler: (params: P) => void): Owned {
    const known = handler as AnyHandler;
    let handlers = this.#notificationHandlers.get(method.method);
    if (handlers === undefined) {
      handlers = new Set();
      this.#notificationHandlers.set(method.method, handlers);
      if (this.#client !== undefined) {
        distribute(this.#client, method.method, handlers);
      }
    }
    handlers.add(known);
    const added = handlers;
    return { dispose: () => added.delete(known) };
  }

  answer<P, R>(method: RequestMethod<P, R>, handler: (params: P) => Promise<R>): Owned {
    this.#requestHandlers.set(method.method, handler as AnyHandler);
    return { dispose: () => this.#requestHandlers.delete(method.method) };
  }

  #setState(state: DaemonState): void {
    this.#state = state;
    this.#stateChanges.fire(state);
  }

  async #launch(): Promise<void> {
    if (!workspace.isTrusted) {
      throw new Error(
        "This folder is not trusted, so no code of it is run. Trust the workspace to start a session.",
      );
    }
    this.#setState({ kind: "starting" });
    const python = await findPython();
    if (python.kind === "none") {
      this.#fail(python.message);
      void showError(python.message, "Select Interpreter…", "Show Log");
      throw new ShownError(python.message);
    }
    this.#log.info(`Starting the session with ${python.executable} (${python.origin})`);
    this.#lastErrorLine = "";
    const client = this.#connect(python.executable);
    this.#client = client;
    try {
      await client.start();
      this.#startedAt = Date.now();
      const session = await client.sendRequest<SessionStatus>(methods.sessionStatus.method, {});
      this.#setState({ kind: "running", session });
    } catch (error) {
      const reason = this.#lastErrorLine === "" ? messageOf(error) : this.#lastErrorLine;
      const message = `the session could not be started with ${python.executable}: ${reason}`;
      this.#client = undefined;
      this.#fail(message);
      void showError(message, "Select Interpreter…", "Restart Session", "Show Log");
      throw new ShownError(message, { cause: error });
    }
  }

  #fail(message: string): void {
    this.#log.error(message);
    this.#setState({ kind: "failed", message });
  }

  #connect(python: string): LanguageClient {
    const server = daemonExecutable({
      python,
      extensionUri: this.#extensionUri,
      storageUri: this.#storageUri,
    });
    const client = new LanguageClient("whiskertoolbox", "WhiskerToolbox", server, {
      documentSelector: [{ language: "python" }, { scheme: "file", pattern: loadConfigs }],
      initializationOptions: { pictures: true },
      outputChannel: this.#log,
      stdioOptions: {
        stdout: ignore,
        stderr: (stream) => {
          this.#logLines(stream);
        },
      },
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          this.#closed(client);
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    });
    for (const [method, handlers] of this.#notificationHandlers) {
      distribute(client, method, handlers);
    }
    for (const [method, handler] of this.#requestHandlers) {
      client.onRequest(method, handler);
    }
    return client;
  }

  /** The connection ended by itself: the daemon died. */
  #closed(client: LanguageClient): void {
    if (this.#client !== client || this.#state.kind !== "running") {
      return; // stopped by us, or it never came up: said where it was started
    }
    this.#client = undefined;
    const reason = this.#lastErrorLine === "" ? "" : ` (${this.#lastErrorLine})`;
    const message = `the session's process ended unexpectedly${reason}. Loaded data is safe on disk; variables are lost.`;
    this.#fail(message);
    if (Date.now() - this.#startedAt < healthyRunMs) {
      void showError(message, "Restart Session", "Show Log");
      return;
    }
    void showWarning(`${message} A new one starts.`, "Show Log");
    this.start().catch((error: unknown) => {
      this.#log.error(messageOf(error)); // the user was told by #launch
    });
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

/** The client library knows one handler for a method; here there may be several, and they come and go. */
function distribute(client: LanguageClient, method: string, handlers: ReadonlySet<AnyHandler>): void {
  client.onNotification(method, (params: unknown) => {
    for (const handler of handlers) {
      handler(params);
    }
  });
}

function ignore(): void {
  // stdout carries the protocol and is read by the client itself
}
