// npm packages, and Node 24, which comes as one of them: people need any Node from 20 on.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { EDITOR, PYRIGHT, ROOT, onWindows } from "./paths.mjs";
import { installSystemPackages } from "./debian.mjs";
import { ask, run, show, UserError } from "./process.mjs";
import { digestOf, ensure } from "./steps.mjs";

const NODE = join(ROOT, "node_modules", "node", "bin", onWindows ? "node.exe" : "node");

export function ensureNodeIsNewEnough() {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new UserError(`Node 20 or newer is needed; this is ${process.version}.`);
  }
}

export async function ensureNpmPackages() {
  const folder = join(ROOT, "node_modules");
  await ensure({
    title: "npm packages (about a minute)",
    folder,
    madeFrom: [process.platform, process.arch, digestOf(join(ROOT, "package-lock.json"))],
    // Windows cannot delete the Node of a previous installation while it runs this very script.
    make: () => npm([onWindows && existsSync(folder) ? "install" : "ci"], { cwd: ROOT }),
  });
}

/** code-server, built with the Node that runs it. */
export async function ensureEditor() {
  await ensure({
    title: "code-server, the editor in the browser (a few minutes)",
    folder: join(EDITOR, "node_modules"),
    madeFrom: [
      process.platform,
      process.arch,
      digestOf(join(EDITOR, "package-lock.json"), join(ROOT, "package-lock.json")),
    ],
    make: async () => {
      await ensureCompiler();
      const withNode24 = { PATH: [dirname(NODE), process.env.PATH].join(onWindows ? ";" : ":") };
      await npm(["ci"], { cwd: EDITOR, node: NODE, env: withNode24 });
    },
  });
  return join(EDITOR, "node_modules", "code-server", "out", "node", "entry.js");
}

/** pyright, by which the tests look at what checkers are told of a session. */
export async function ensurePyright() {
  await ensure({
    title: "pyright",
    folder: join(PYRIGHT, "node_modules"),
    madeFrom: [digestOf(join(PYRIGHT, "package-lock.json"))],
    make: () => npm(["ci"], { cwd: PYRIGHT }),
  });
}

/** code-server compiles some of its parts where it is installed. */
async function ensureCompiler() {
  if (process.platform !== "linux") return;
  const complete =
    ask("g++", ["--version"]) &&
    ask("make", ["--version"]) &&
    ask("pkg-config", ["--exists", "krb5-gssapi"]) !== undefined;
  if (complete) return;
  await installSystemPackages(["build-essential", "python3", "pkg-config", "libkrb5-dev"], {
    neededFor:
      "code-server compiles some of its parts and needs a C++ compiler, make, pkg-config and the Kerberos headers",
    elsewhere:
      "Install them with your package manager, or put desktop VS Code's `code` on PATH for `npm start`.",
  });
}

/** Run the program of an npm package under Node 24, given as package/path/to/file.js; answers its exit code. */
export function showTool(tool, args, options) {
  return show(NODE, [join(ROOT, "node_modules", tool), ...args], options);
}

/** Like showTool, but quiet; fails with the tool's output. */
export function runTool(tool, args, options) {
  return run(NODE, [join(ROOT, "node_modules", tool), ...args], options);
}

export function runScript(script, args, options) {
  return run(NODE, [script, ...args], options);
}

export function nodeProgram() {
  return NODE;
}

async function npm(args, { cwd, node = process.env.npm_node_execpath ?? process.execPath, env = {} }) {
  // Inherited from `npm start`, it names that npm's Node; install scripts read there which Node they are for.
  const itsOwn = { npm_config_user_agent: undefined };
  await run(node, [npmProgram(), ...args, "--loglevel=error"], { cwd, env: { ...env, ...itsOwn } });
}

/** npm's own file: `npm` itself is a script that only a shell can start on Windows. */
function npmProgram() {
  const beside = dirname(process.execPath);
  const places = [
    process.env.npm_execpath,
    join(beside, "node_modules", "npm", "bin", "npm-cli.js"),
    join(beside, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
  ];
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new UserError("npm was not found: start this with `npm start` or `npm test`.");
  return found;
}
