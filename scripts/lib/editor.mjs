// Opening VS Code on the demo workspace: the desktop's own when there is one, else code-server in the browser.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openGate } from "./gate.mjs";
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
  await runDesktop(code, [folder, join(folder, "README.md")]);
}

function runDesktop(code, args) {
  // On Windows `code` is a command file, which only cmd.exe can start.
  return onWindows ? run("cmd.exe", ["/d", "/c", code, ...args]) : run(code, args);
}

/** Serve VS Code on this machine only; answers when the page can be opened. */
export async function serveEditor({ vsix, folder, port }) {
  const program = await ensureEditor();
  const data = join(HOME, "data");
  writeSettingsOnce(data);
  const places = [
    "--user-data-dir",
    data,
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
  // A folder that only this user can enter; short, because a socket's path has room for about a hundred characters.
  const hidden = mkdtempSync(join(tmpdir(), "whiskertoolbox-"));
  process.once("exit", () => rmSync(hidden, { recursive: true, force: true }));
  const socket = join(hidden, "editor.sock");
  const quiet = [
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-workspace-trust",
    "--disable-getting-started-override",
  ];
  const server = start(
    nodeProgram(),
    [program, "--socket", socket, "--socket-mode", "600", "--auth", "none", ...quiet, ...places, folder],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  await step("code-server", () => untilServing(server, socket));
  const gate = await (port === undefined ? firstGate(socket, FIRST_PORT) : chosenGate(socket, Number(port)));
  const query = new URLSearchParams({ folder, token: gate.token });
  return { server, url: `http://127.0.0.1:${gate.port}/?${query}` };
}

async function chosenGate(socket, port) {
  try {
    return await openGate({ socket, port });
  } catch (error) {
    throw new UserError(`Port ${port} cannot be used (${error.code}); choose another with --port.`);
  }
}

async function firstGate(socket, port) {
  try {
    return await openGate({ socket, port });
  } catch (error) {
    if (error.code !== "EADDRINUSE") throw error;
    return firstGate(socket, port + 1);
  }
}

/** Fails with what the server said when it ends instead. */
async function untilServing(server, socket) {
  let said = "";
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (said = (said + text).slice(-10_000)));
  }
  while (!(await answers(socket))) {
    if (server.exitCode !== null) throw new UserError(`code-server ended (${server.exitCode}):\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function answers(socketPath) {
  return new Promise((resolve) => {
    get({ socketPath, path: "/healthz" }, (reply) => resolve(reply.resume().statusCode === 200)).once(
      "error",
      () => resolve(false),
    );
  });
}

/** This editor is there for the demo: it opens on the demo's page, without what has no part in it. */
function writeSettingsOnce(data) {
  const file = join(data, "User", "settings.json");
  if (existsSync(file)) return;
  const settings = {
    "workbench.startupEditor": "readme",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "chat.disableAIFeatures": true,
    "git.openRepositoryInParentFolders": "never",
  };
  mkdirSync(join(data, "User"), { recursive: true });
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);
}

/** An empty configuration: the person's own one for code-server must not decide here. */
function writeConfig() {
  const file = join(HOME, "code-server.yaml");
  mkdirSync(HOME, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, "{}\n");
  return file;
}
