// What is changed in DAP messages on their way between VS Code and the interpreter's debugger. Pure.
//
// The debugger is in the interpreter for as long as it lives: a debug session attaches to it and leaves it again. The
// interpreter itself sees to it that no session ends the process, and that Stop interrupts what runs.

export type DapMessage = {
  readonly seq: number;
  readonly type: string;
  readonly command?: string;
  readonly event?: string;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly body?: Readonly<Record<string, unknown>>;
};

/** What a session needs to know of the messages that passed. */
export type RelayEvent =
  | { readonly kind: "configured" }
  | { readonly kind: "stopped"; readonly threadId: number }
  | { readonly kind: "continued" }
  /** The session has ended. */
  | { readonly kind: "left" };

const resumingCommands = ["continue", "next", "stepIn", "stepOut", "goto"];

/** One debug session's view of the relay. */
export class Relay {
  /** Requests that were sent under another name, by their number. */
  readonly #renamed = new Map<number, string>();

  /** VS Code -> debugger. */
  outgoing(message: DapMessage): DapMessage {
    if (message.type !== "request" || message.command !== "launch") {
      return message;
    }
    // There is nothing to launch: the session attaches, then the file is run like any other.
    this.#renamed.set(message.seq, "launch");
    return { ...message, command: "attach" };
  }

  /** Debugger -> VS Code. */
  incoming(message: DapMessage): { readonly message: DapMessage; readonly event: RelayEvent | undefined } {
    return { message: this.#translate(message), event: this.#observe(message) };
  }

  #translate(message: DapMessage): DapMessage {
    if (message.type !== "response" || message.request_seq === undefined) {
      return message;
    }
    const command = this.#renamed.get(message.request_seq);
    if (command !== undefined) {
      this.#renamed.delete(message.request_seq);
      return { ...message, command };
    }
    if (message.command === "initialize" && message.body !== undefined) {
      return { ...message, body: { ...message.body, ...capabilities } };
    }
    return message;
  }

  #observe(message: DapMessage): RelayEvent | undefined {
    if (message.type === "event") {
      const threadId = message.body?.["threadId"];
      if (message.event === "stopped" && typeof threadId === "number") {
        return { kind: "stopped", threadId };
      }
      return message.event === "continued" ? { kind: "continued" } : undefined;
    }
    if (message.type !== "response" || message.success !== true || message.command === undefined) {
      return undefined;
    }
    if (message.command === "configurationDone") {
      return { kind: "configured" };
    }
    if (message.command === "disconnect") {
      return { kind: "left" };
    }
    return resumingCommands.includes(message.command) ? { kind: "continued" } : undefined;
  }
}

/** Where we differ from what the debugger says of itself. */
const capabilities = {
  // Stop is a disconnect that asks for the program's end, which is an interrupt here; then the session is over at once.
  supportsTerminateRequest: false,
  supportTerminateDebuggee: true,
  supportsRestartRequest: false,
  // Its "uncaught" is what nothing catches; in a session the shell catches everything that user code lets through.
  exceptionBreakpointFilters: [
    { filter: "raised", label: "Raised Exceptions", default: false },
    { filter: "userUnhandled", label: "Uncaught Exceptions", default: false },
  ],
};
