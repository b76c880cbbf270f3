// What a debug session learns from messages of the Debug Adapter Protocol that pass. Pure.
//
// Nothing is changed in them here: the interpreter translates what the debugger and VS Code say to each other.

export type DapMessage = {
  readonly seq: number;
  readonly type: string;
  readonly command?: string;
  readonly event?: string;
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

/** The path of the source whose breakpoints a message of VS Code sets. */
export function sourceOf(message: DapMessage): string | undefined {
  const source = message.command === "setBreakpoints" ? message.arguments?.["source"] : undefined;
  const path = (source as { readonly path?: unknown } | undefined)?.path;
  return typeof path === "string" ? path : undefined;
}

const resumingCommands = ["continue", "next", "stepIn", "stepOut", "goto"];

/** What a message of the debugger means for the session. */
export function eventOf(message: DapMessage): RelayEvent | undefined {
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
