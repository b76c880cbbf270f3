// One VS Code debug session: an inline adapter that passes DAP messages between VS Code and the interpreter.

import {
  EventEmitter,
  workspace,
  type DebugAdapter,
  type DebugProtocolMessage,
  type DebugSession,
  type TextDocument,
} from "vscode";
import type { Daemon } from "../../daemon/client";
import { methods } from "../../protocol/generated";
import { eventOf, sourceOf, type DapMessage, type RelayEvent } from "./model";

export class RelayAdapter implements DebugAdapter {
  readonly session: DebugSession;
  readonly #daemon: Daemon;
  readonly #messages = new EventEmitter<DebugProtocolMessage>();
  readonly #events = new EventEmitter<RelayEvent>();
  readonly #subscription;
  #stoppedThread: number | undefined;

  readonly onDidSendMessage = this.#messages.event;
  readonly onDidRelay = this.#events.event;
  /** Breakpoints are set and code may run. Also resolved when the session ends before that. */
  readonly configured: Promise<void>;
  /** The session has ended. */
  readonly left: Promise<void>;

  constructor(session: DebugSession, daemon: Daemon) {
    this.session = session;
    this.#daemon = daemon;
    this.#subscription = daemon.on(methods.debugReceived, ({ content }) => {
      this.#receive(JSON.parse(content) as DapMessage);
    });
    this.left = this.#once("left");
    this.configured = Promise.race([this.#once("configured"), this.left]);
  }

  handleMessage(message: DebugProtocolMessage): void {
    const text = unsavedText(sourceOf(message as DapMessage));
    this.#daemon.notify(methods.debugSend, { content: JSON.stringify(message), text });
  }

  /** End the session without touching what runs: VS Code disconnects when it hears that there is nothing to debug. */
  async leave(): Promise<void> {
    this.#send({ type: "event", event: "terminated", seq: 0 });
    await this.left;
  }

  /** The interpreter is gone: nobody will answer VS Code's farewell. */
  abandon(): void {
    this.#events.fire({ kind: "left" });
    this.#send({ type: "event", event: "terminated", seq: 0 });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#events.fire({ kind: "left" });
    this.#messages.dispose();
    this.#events.dispose();
  }

  get isStopped(): boolean {
    return this.#stoppedThread !== undefined;
  }

  /** Evaluate as in the debug console; the answer is the value's text, empty for a statement. */
  async evaluate(code: string, chosenFrame: number | undefined): Promise<string> {
    const frameId = chosenFrame ?? (await this.#topFrame());
    const request = { expression: code, frameId, context: "repl" };
    const answer = (await this.session.customRequest("evaluate", request)) as { readonly result: string };
    // The code may have changed what the views of locals show.
    this.#send({ type: "event", event: "invalidated", seq: 0, body: { areas: ["variables"] } });
    return answer.result;
  }

  async resume(): Promise<void> {
    if (this.#stoppedThread !== undefined) {
      await this.session.customRequest("continue", { threadId: this.#stoppedThread });
    }
  }

  async #topFrame(): Promise<number | undefined> {
    const request = { threadId: this.#stoppedThread, startFrame: 0, levels: 1 };
    const answer = (await this.session.customRequest("stackTrace", request)) as {
      readonly stackFrames: readonly { readonly id: number }[];
    };
    return answer.stackFrames[0]?.id;
  }

  #once(kind: RelayEvent["kind"]): Promise<void> {
    return new Promise((resolve) => {
      this.#events.event((event) => {
        if (event.kind === kind) {
          resolve();
        }
      });
    });
  }

  #receive(message: DapMessage): void {
    const event = eventOf(message);
    this.#send(message);
    if (event !== undefined) {
      this.#stoppedThread = event.kind === "stopped" ? event.threadId : undefined;
      this.#events.fire(event);
    }
  }

  #send(message: DapMessage): void {
    this.#messages.fire(message);
  }
}

/** What the editor shows of a file where that differs from what is on disk. */
function unsavedText(path: string | undefined): string | null {
  const isShown = (document: TextDocument): boolean => document.isDirty && document.uri.fsPath === path;
  return path === undefined ? null : (workspace.textDocuments.find(isShown)?.getText() ?? null);
}
