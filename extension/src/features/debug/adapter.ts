// One VS Code debug session: an inline adapter that passes DAP messages between VS Code and the interpreter.

import {
  EventEmitter,
  workspace,
  type DebugAdapter,
  type DebugProtocolMessage,
  type DebugSession,
  type TextDocument,
} from "vscode";
import type { Context } from "../../context";
import type { Daemon } from "../../daemon/client";
import { methods, type DebuggerMessage } from "../../protocol/generated";
import { originOf } from "../execution";
import { answerTo, cellScheme, requestOf, sourceOf } from "./model";

type Phase = NonNullable<DebuggerMessage["phase"]>;

export class RelayAdapter implements DebugAdapter {
  readonly session: DebugSession;
  readonly #daemon: Daemon;
  /** Whose debugger this is: 0 for the interpreter, else a process that code has started. */
  readonly #process: number;
  readonly #note: ((text: string) => void) | undefined;
  readonly #messages = new EventEmitter<DebugProtocolMessage>();
  readonly #phases = new EventEmitter<Phase>();
  readonly #subscription;
  /** What happens from a stop on, in a session that does not show it; undefined before. */
  #held: DebugProtocolMessage[] | undefined;
  readonly #showsNoStop: boolean;
  readonly #stops = new EventEmitter<void>();

  readonly onDidSendMessage = this.#messages.event;
  readonly onDidReach = this.#phases.event;
  /** Code has stopped in a session that does not show it: another one is to, and to be told of this. */
  readonly onDidStopUnseen = this.#stops.event;
  /** Breakpoints are set and code may run. Also resolved when the session ends before that. */
  readonly configured: Promise<void>;
  /** The session has ended. */
  readonly ended: Promise<void>;

  constructor(session: DebugSession, { daemon, log }: Pick<Context, "daemon" | "log">) {
    this.session = session;
    this.#daemon = daemon;
    this.#process = processOf(session);
    this.#showsNoStop = session.configuration["showsNoStop"] === true;
    // The extension's log is a file, which VS Code keeps.
    this.#note =
      session.configuration["logToFile"] === true
        ? (text) => {
            log.info(`${session.name} ${text}`);
          }
        : undefined;
    this.#subscription = daemon.on(methods.debugReceived, ({ content, phase, process }) => {
      if (process !== this.#process) {
        return;
      }
      this.#note?.(`<- ${content}`);
      const message = JSON.parse(content) as DebugProtocolMessage;
      if (this.#isKept(message)) {
        return;
      }
      this.#messages.fire(message);
      if (phase !== null) {
        this.#phases.fire(phase);
      }
    });
    this.ended = this.#reached("ended");
    this.configured = Promise.race([this.#reached("configured"), this.ended]);
  }

  handleMessage(message: DebugProtocolMessage): void {
    if (this.#held !== undefined && requestOf(message)?.command === "disconnect") {
      // The debugger stays where it is, for the session that takes over.
      this.#messages.fire(answerTo(message));
      this.#phases.fire("ended");
      return;
    }
    const text = shownText(sourceOf(message));
    this.#note?.(`-> ${JSON.stringify(message)}`);
    this.#daemon.notify(methods.debugSend, {
      content: JSON.stringify(message),
      text,
      process: this.#process,
    });
  }

  /** End the session in VS Code only; what the debugger says is kept until it is taken over. */
  async leaveUnseen(): Promise<void> {
    this.#endInVsCode();
    await this.ended;
  }

  /** Once another session listens: what it is to show. */
  handOver(): readonly DebugProtocolMessage[] {
    this.#subscription.dispose();
    const held = this.#held ?? [];
    this.#held = undefined;
    return held;
  }

  /** Show what has happened before this session took over. */
  replay(messages: readonly DebugProtocolMessage[]): void {
    for (const message of messages) {
      this.#messages.fire(message);
    }
  }

  /** End the session without touching what runs: VS Code disconnects when it hears that there is nothing to debug. */
  async leave(): Promise<void> {
    this.#endInVsCode();
    await this.ended;
  }

  /** The interpreter is gone: nobody will answer VS Code's farewell. */
  abandon(): void {
    this.#phases.fire("ended");
    this.#endInVsCode();
  }

  dispose(): void {
    if (this.#held === undefined) {
      this.#subscription.dispose();
    }
    this.#phases.fire("ended");
    this.#messages.dispose();
    this.#phases.dispose();
    this.#stops.dispose();
  }

  #isKept(message: DebugProtocolMessage): boolean {
    const { type, event } = message as { readonly type?: unknown; readonly event?: unknown };
    if (this.#held === undefined && this.#showsNoStop && event === "stopped") {
      this.#held = [message];
      this.#stops.fire();
      return true;
    }
    if (this.#held !== undefined && type === "event") {
      this.#held.push(message);
      return true;
    }
    return false;
  }

  #reached(phase: Phase): Promise<void> {
    return new Promise((resolve) => {
      this.#phases.event((reached) => {
        if (reached === phase) {
          resolve();
        }
      });
    });
  }

  #endInVsCode(): void {
    this.#messages.fire({ type: "event", event: "terminated", seq: 0 });
  }
}

/** The process that a session debugs; 0: the interpreter. */
export function processOf(session: DebugSession): number {
  const process: unknown = session.configuration["process"];
  return typeof process === "number" ? process : 0;
}

/** What the editor shows of a file where that differs from what is on disk, or of a cell whose code no file has. */
function shownText(path: string | undefined): string | null {
  const isShown = (document: TextDocument): boolean =>
    document.uri.scheme === cellScheme
      ? document.uri.toString() === path && isOnlyInCell(document)
      : document.isDirty && document.uri.fsPath === path;
  return path === undefined ? null : (workspace.textDocuments.find(isShown)?.getText() ?? null);
}

function isOnlyInCell(document: TextDocument): boolean {
  const cells = workspace.notebookDocuments.flatMap((notebook) => notebook.getCells());
  const cell = cells.find((one) => one.document === document);
  return cell !== undefined && originOf(cell) === undefined;
}
