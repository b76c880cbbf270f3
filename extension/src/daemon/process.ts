// The process whose pipes lead to the daemon: how it begins and, should it stay when it has been let go, how it ends.

import { execFile, spawn, type ChildProcess, type SpawnOptionsWithoutStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";

export type Command = {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: SpawnOptionsWithoutStdio;
};

/**
 * Start a process, whose stderr is read from the beginning; fails when there is no such program. What it writes to stdout
 * waits until `released`: Node throws away what nobody listens to when a process ends.
 */
export async function startProcess(
  { command, args, options }: Command,
  readStderr: (stream: Readable) => void,
): Promise<ChildProcess> {
  const child = spawn(command, args, options);
  child.stdout.on("readable", holdBack);
  readStderr(child.stderr);
  await once(child, "spawn");
  return child;
}

/** The process with a stdout that is read by whoever listens from now on. */
export function released(child: ChildProcess): ChildProcess {
  child.stdout?.off("readable", holdBack);
  return child;
}

function holdBack(): void {
  // reads nothing, so the stream keeps what comes
}

/** A process that was let go ends by itself, and soon; one that does not is ended. */
export function endIfItStays(child: ChildProcess | undefined, limitMs = 2_000): void {
  if (child === undefined || hasEnded(child)) {
    return;
  }
  setTimeout(() => {
    if (hasEnded(child)) {
      return;
    }
    if (process.platform === "win32") {
      // There it has started the daemon, which would go on.
      execFile("taskkill", ["/T", "/F", "/PID", String(child.pid)], () => undefined);
    } else {
      child.kill("SIGKILL");
    }
  }, limitMs).unref();
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
