// Opening VS Code on the demo workspace: the desktop's own when there is one, else code-server in the browser.

import { createServer } from "node:net";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CACHE, onWindows } from "./paths.mjs";
import { ensureEditor, nodeProgram, runScript } from "./npm.mjs";
import { onPath, run, start, UserError } from "./process.mjs";
import { digestOf, ensure, step } from "./steps.mjs";

const HOME = join(CACHE, "editor");
const FIRST_PORT = 8080;

/** `code`, if it is here and could show a window. */
export function desktopEditor() {
  const hasDisplay =
    process.platform !== "linux" || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  return hasDisplay ? onPath("code") : undefined;
}

export async function openDesktopEditor(code, { vsix, folder }) {
  await ensure({
    title: "Extension in VS Code",
    folder: HOME,
    part: "desktop",
    madeFrom: [code, digestOf(vsix)],
    make: () => runDesktop(code, ["--install-extension", vsix, "--force"]),
  });
  await runDesktop(code, [folder]);
}

function runDesktop(code, args) {
  // On Windows `code` is a command file, which only cmd.exe can start.
  return onWindows ? run("cmd.exe", ["/d", "/c", code, ...args]) : run(code, args);
}

/** Serve VS Code on this machine only; answers when the page can be opened. */
export async function serveEditor({ vsix, folder, port }) {
  const program = await ensureEditor();
  const places = [
    "--user-data-dir",
    join(HOME, "data"),
    "--extensions-dir",
    join(HOME, "extensions"),
    "--config",
    writeConfig(),
  ];
  await ensure({
    title: "Extension in code-server",
    folder: HOME,
    part: "served",
    madeFrom: [digestOf(vsix)],
    make: () => runScript(program, [...places, "--install-extension", vsix, "--force"]),
  });
  const address = `127.0.0.1:${port ?? (await freePort(FIRST_PORT))}`;
  const auth = process.env.PASSWORD ? "password" : "none";
  const quiet = [
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-workspace-trust",
    "--disable-getting-started-override",
  ];
  const server = start(
    nodeProgram(),
    [program, "--bind-addr", address, "--auth", auth, ...quiet, ...places, folder],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  await step("code-server", () => untilServing(server, `http://${address}/healthz`));
  return { server, url: `http://${address}/?folder=${encodeURI(folder)}` };
}

/** Fails with what the server said when it ends instead. */
async function untilServing(server, address) {
  let said = "";
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (said = (said + text).slice(-10_000)));
  }
  while (!(await answers(address))) {
    if (server.exitCode !== null) throw new UserError(`code-server ended (${server.exitCode}):\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function answers(address) {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false;
  }
}

async function freePort(port) {
  const isFree = await new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
  return isFree ? port : freePort(port + 1);
}

/** An empty configuration: the person's own one for code-server must not decide here. */
function writeConfig() {
  const file = join(HOME, "code-server.yaml");
  mkdirSync(HOME, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, "{}\n");
  return file;
}
