// Opening VS Code on the demo workspace: the desktop's own when there is one, else code-server in the browser.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openGate } from "./gate.mjs";
import { CACHE, onWindows } from "./paths.mjs";
import { ensureEditor, nodeProgram, runScript } from "./npm.mjs";
import { onPath, run, UserError } from "./process.mjs";
import { serveBehindGate } from "./served.mjs";
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
  const editor = await step("code-server", () =>
    serveBehindGate({
      node: nodeProgram(),
      program,
      args: ["--disable-workspace-trust", ...places, folder],
      openAt: (socket) => (port === undefined ? firstGate(socket, FIRST_PORT) : chosenGate(socket, port)),
    }),
  );
  return { ended: editor.ended, url: editor.address({ folder }) };
}

async function chosenGate(socket, port) {
  try {
    return await openGate({ socket, port: Number(port) });
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
