// What is needed of a message of VS Code's debugger before it is passed on. Pure.
//
// What messages mean, and whether code is stopped, is known to the interpreter alone (debug/dap.py).

/** The path of the source whose breakpoints a message sets. */
export function sourceOf(message: unknown): string | undefined {
  const { command, arguments: options } = message as {
    readonly command?: unknown;
    readonly arguments?: { readonly source?: { readonly path?: unknown } };
  };
  const path = command === "setBreakpoints" ? options?.source?.path : undefined;
  return typeof path === "string" ? path : undefined;
}
