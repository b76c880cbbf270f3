// A code-server of a test's own: nothing of the person's settings, and gone with everything it started.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { places } from "./places";

export type Server = {
  readonly url: string;
  /** What the server and VS Code's processes have written. */
  readonly logs: string;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
};

const listening = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/;

export async function startServer(options: {
  readonly home: string;
  readonly extensions: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly asksForTrust: boolean;
}): Promise<Server> {
  const { home, extensions, settings, asksForTrust } = options;
  const userData = join(home, "user-data");
  await mkdir(join(userData, "User"), { recursive: true });
  await writeFile(join(userData, "User", "settings.json"), JSON.stringify(settings));
  await writeFile(join(home, "config.yaml"), "{}\n");
  const folders = [
    "--config",
    join(home, "config.yaml"),
    "--user-data-dir",
    userData,
    "--extensions-dir",
    extensions,
  ];
  const quiet = [
    "--disable-telemetry",
    "--disable-update-check",
    ...(asksForTrust ? [] : ["--disable-workspace-trust"]),
    "--disable-getting-started-override",
  ];
  const child = spawn(
    places().node,
    [places().codeServer, "--auth", "none", "--bind-addr", "127.0.0.1:0", ...quiet, ...folders],
    {
      // A shell's environment of ours (an activated .venv, say) must not be what finds Python or Node.
      env: { PATH: process.env["PATH"], HOME: home, LANG: "C.UTF-8", TMPDIR: process.env["TMPDIR"] },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    },
  );
  let output = "";
  const ended = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        const found = listening.exec(output)?.[1];
        if (found !== undefined) {
          resolve(found);
        }
      });
    }
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`code-server ended (${String(code)}):\n${output}`));
    });
  });
  return { url, logs: join(userData, "logs"), output: () => output, stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  signalGroup(child, "SIGTERM");
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5_000).unref())]);
  signalGroup(child, "SIGKILL");
}

function signalGroup(leader: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(leader.pid ?? 0), signal);
  } catch {
    // All of them have ended.
  }
}
