// Programs that run to their end, `whiskertoolbox` among them.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { places } from "./places";

const executeFile = promisify(execFile);

/** Run a program; fails with what it said when it fails. */
export async function execute(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const options = { env: { ...process.env, ...env }, timeout: 250_000, maxBuffer: 2 ** 26 };
  const { stdout } = await executeFile(program, args, options);
  return stdout;
}

/** The command line on the session of a workspace. */
export function whiskertoolbox(workspace: string, command: string, ...args: string[]): Promise<string> {
  const session = ["--session", sessionOf(workspace)];
  return execute(
    places().projectPython,
    ["-m", "whiskertoolbox_daemon.cli", command, ...session, ...args],
    {},
  );
}

function sessionOf(workspace: string): string {
  return join(workspace, ".whiskertoolbox", "session");
}

export type KeyRow = {
  readonly key: string;
  readonly type: string;
  readonly time_key: string;
  readonly size: number;
};

export async function keysInStore(workspace: string): Promise<readonly KeyRow[]> {
  return JSON.parse(await whiskertoolbox(workspace, "keys", "--json")) as KeyRow[];
}
