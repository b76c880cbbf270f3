// What is needed of a message of VS Code's debugger before it is passed on. Pure.
//
// What messages mean, and whether code is stopped, is known to the interpreter alone (debug/dap.py).

/** Scheme of the documents of cells, of notebooks and of the console; VS Code names their breakpoints by the URI. */
export const cellScheme = "vscode-notebook-cell";

/** Event of the interpreter's session: code has started a process that can be debugged (debug/children.py). */
export const childStarted = "whiskertoolbox.childStarted";

export type StartedChild = { readonly name: string; readonly process: number };

/** Whether code of the session can stop in this document. */
export function canStopIn({ scheme, path }: { readonly scheme: string; readonly path: string }): boolean {
  return scheme === cellScheme || path.endsWith(".py");
}

type Request = { readonly seq: number; readonly command: string };

/** The message as a request; undefined for what is none. */
export function requestOf(message: unknown): Request | undefined {
  const { type } = message as { readonly type?: unknown };
  return type === "request" ? (message as Request) : undefined;
}

/** The answer that a request has been carried out. */
export function answerTo(message: unknown): Readonly<Record<string, unknown>> {
  const { seq, command } = message as Request;
  return { seq: 0, type: "response", request_seq: seq, command, success: true };
}

/** The path of the source whose breakpoints a message sets. */
export function sourceOf(message: unknown): string | undefined {
  const { command, arguments: options } = message as {
    readonly command?: unknown;
    readonly arguments?: { readonly source?: { readonly path?: unknown } };
  };
  const path = command === "setBreakpoints" ? options?.source?.path : undefined;
  return typeof path === "string" ? path : undefined;
}

/** What a launch configuration runs. */
export type Launched = (
  | { readonly kind: "code"; readonly code: string }
  | { readonly kind: "module"; readonly module: string; readonly args: readonly string[] }
  | { readonly kind: "file"; readonly program: string; readonly args: readonly string[] }
) & {
  readonly options: {
    readonly workingDirectory?: string;
    readonly environment?: Readonly<Record<string, string | null>>;
    readonly stopOnEntry: boolean;
  };
};

/** Read a launch configuration: a `program` or `module` with `args`, or `code`; each with `cwd`, `env`, `stopOnEntry`. */
export function launchedOf(configuration: Readonly<Record<string, unknown>>): Launched {
  const { program, module, code, args = [], cwd, env, stopOnEntry } = configuration;
  const given = [program, module, code].filter((value) => value !== undefined && value !== "");
  if (given.length !== 1) {
    throw new Error('A debug configuration needs one of "program", "module" and "code": what to run.');
  }
  if (!isTexts(args)) {
    throw new Error('"args" of a debug configuration must be a list of strings.');
  }
  if (!isEnvironment(env)) {
    throw new Error(
      '"env" of a debug configuration must be an object of strings; null takes a variable away.',
    );
  }
  if (cwd !== undefined && typeof cwd !== "string") {
    throw new Error('"cwd" of a debug configuration must be the path of a folder.');
  }
  const options = {
    ...(cwd === undefined || cwd === "" ? {} : { workingDirectory: cwd }),
    ...(env === undefined ? {} : { environment: env }),
    stopOnEntry: stopOnEntry === true,
  };
  if (typeof program === "string" && program !== "") {
    return { kind: "file", program, args, options };
  }
  if (typeof module === "string" && module !== "") {
    return { kind: "module", module, args, options };
  }
  if (args.length > 0) {
    throw new Error(
      '"args" of a debug configuration goes with "program" and "module": code can set sys.argv.',
    );
  }
  if (typeof code === "string") {
    return { kind: "code", code, options };
  }
  if (isTexts(code)) {
    return { kind: "code", code: code.join("\n"), options };
  }
  throw new Error(
    '"program" and "module" of a debug configuration are strings, "code" a string or a list of lines.',
  );
}

function isEnvironment(value: unknown): value is Readonly<Record<string, string | null>> | undefined {
  return (
    value === undefined ||
    (typeof value === "object" &&
      value !== null &&
      Object.values(value).every((item) => item === null || typeof item === "string"))
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
