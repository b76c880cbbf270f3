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
import { cellScheme, sourceOf } from "./model";

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

  readonly onDidSendMessage = this.#messages.event;
  readonly onDidReach = this.#phases.event;
  /** Breakpoints are set and code may run. Also resolved when the session ends before that. */
  readonly configured: Promise<void>;
  /** The session has ended. */
  readonly ended: Promise<void>;

  constructor(session: DebugSession, { daemon, log }: Pick<Context, "daemon" | "log">) {
    this.session = session;
    this.#daemon = daemon;
    this.#process = processOf(session);
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
      this.#messages.fire(JSON.parse(content) as DebugProtocolMessage);
      if (phase !== null) {
        this.#phases.fire(phase);
      }
    });
    this.ended = this.#reached("ended");
    this.configured = Promise.race([this.#reached("configured"), this.ended]);
  }

  handleMessage(message: DebugProtocolMessage): void {
    const text = shownText(sourceOf(message));
    this.#note?.(`-> ${JSON.stringify(message)}`);
    this.#daemon.notify(methods.debugSend, {
      content: JSON.stringify(message),
      text,
      process: this.#process,
    });
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
    this.#subscription.dispose();
    this.#phases.fire("ended");
    this.#messages.dispose();
    this.#phases.dispose();
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
