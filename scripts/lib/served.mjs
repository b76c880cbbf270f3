// code-server behind the gate: `npm start` and the end-to-end tests serve their editor the same way.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openGate } from "./gate.mjs";
import { ask, endTree, startLeashed, UserError } from "./process.mjs";

const QUIET = ["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"];
/** Its own way to every other port of this machine, for whoever reaches the editor. */
const NO_PROXY = ["--disable-proxy"];

/**
 * Serve an editor to this user only; answers when its page can be opened. `openAt` opens the gate to a socket file.
 *
 * `address(query)` opens it, `output()` is the end of what it has said, `ended` is its exit, `stop()` ends both.
 */
export async function serveBehindGate({ node, program, args, openAt = atAnyPort, wholeEnv }) {
  // A folder that only this user can enter; short, because a socket's path has room for about a hundred characters.
  const hidden = mkdtempSync(join(tmpdir(), "whiskertoolbox-"));
  const forget = () => {
    endSessions(hidden);
    rmSync(hidden, { recursive: true, force: true });
  };
  process.once("exit", forget);
  const socket = join(hidden, "editor.sock");
  const where = ["--socket", socket, "--socket-mode", "600", "--auth", "none"];
  const child = startLeashed(node, [program, ...where, ...QUIET, ...NO_PROXY, ...args], {
    wholeEnv: { ...(wholeEnv ?? process.env), XDG_RUNTIME_DIR: hidden },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (said = (said + text).slice(-100_000)));
  }
  const ended = new Promise((resolve) => child.once("close", resolve));
  while (!(await answers(socket))) {
    if (child.exitCode !== null) throw new UserError(`code-server ended (${child.exitCode}):\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { server, address } = await openAt(socket);
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await endTree(child);
    forget();
  };
  return { address, ended, output: () => said, stop };
}

/** Sessions outlive their editor, but not this one: their sockets go with it. */
function endSessions(runtimeFolder) {
  for (const file of filesIn(join(runtimeFolder, "whiskertoolbox")).filter((name) => name.endsWith(".pid"))) {
    const id = readFileSync(file, "utf8");
    if (ask("ps", ["-o", "command=", "-p", id])?.includes("whiskertoolbox_daemon")) process.kill(Number(id));
  }
}

function filesIn(folder) {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return []; // no session was begun
  }
}

function atAnyPort(socket) {
  return openGate({ socket, port: 0 });
}

function answers(socketPath) {
  return new Promise((resolve) => {
    get({ socketPath, path: "/healthz" }, (reply) => resolve(reply.resume().statusCode === 200)).once(
      "error",
      () => resolve(false),
    );
  });
}
