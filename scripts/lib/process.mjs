// Starting programs, and ending all of them again: whatever is started here ends with us. Never through a shell.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { ROOT, onWindows } from "./paths.mjs";

const running = new Set();
let stopping = false;

/** The message is for the person at the terminal: no stack is shown for it. */
export class UserError extends Error {}

/** Start a program in a process group of its own, so that its children can be ended with it. */
export function start(
  program,
  args,
  { cwd = ROOT, env = {}, wholeEnv, stdio = ["ignore", "inherit", "inherit"] } = {},
) {
  const child = spawn(program, args, {
    cwd,
    env: wholeEnv ?? { ...process.env, ...env },
    stdio,
    detached: !onWindows,
    windowsHide: true,
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

/** Like `start`, but the program ends with us also when we are killed and can end nothing any more. */
export function startLeashed(program, args, options) {
  const leash = [join(ROOT, "scripts", "lib", "leash.mjs"), program, ...args];
  return start(process.execPath, leash, { ...options, stdio: ["pipe", "pipe", "pipe"] });
}

/** Run a program to its end and answer its output; fails with that output when the program fails. */
export async function run(program, args, options = {}) {
  const child = start(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }
  const code = await ended(child);
  if (code !== 0) {
    throw new UserError(`${[program, ...args].join(" ")}\nfailed (${code}):\n${output.trimEnd()}`);
  }
  return output;
}

/** Run a program whose output the person sees; answers its exit code. */
export function show(program, args, options = {}) {
  return ended(start(program, args, options));
}

/** The output of a program that ends at once, or undefined when it fails or does not exist. */
export function ask(program, args) {
  const { status, stdout } = spawnSync(program, args, {
    encoding: "utf8",
    timeout: 30_000,
    windowsHide: true,
  });
  return status === 0 ? stdout.trim() : undefined;
}

/** Where a program lies that is started by its bare name, or undefined. */
export function onPath(name) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const names = onWindows ? [`${name}.exe`, `${name}.cmd`] : [name];
  return folders
    .flatMap((folder) => names.map((file) => join(folder, file)))
    .find((path) => existsSync(path));
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
}

/** Ctrl+C, a closed terminal, and `kill` of us or of npm end everything that was started, and then us. */
export function stopOnSignals() {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  // npm starts us through a shell that passes no signal on: that npm was killed shows in whose child we are.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(), 500).unref();
}

/** End everything that was started, and then us. */
export function stop() {
  if (stopping) return;
  stopping = true;
  void endChildren().then(() => process.exit(130));
}

/** Whether what fails now fails because it was told to end. */
export function isStopping() {
  return stopping;
}

export async function endChildren() {
  await Promise.all([...running].map((child) => endTree(child)));
}

/** End a program and all that it started: politely, and after five seconds by force. */
export async function endTree(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (onWindows) {
    spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  const family = [child.pid, ...descendants(child.pid)]; // before their parent is gone and they are nobody's
  const gone = new Promise((resolve) => child.once("exit", resolve));
  signalGroup(child.pid, "SIGTERM");
  await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 5_000).unref())]);
  signalGroup(child.pid, "SIGKILL");
  for (const pid of family) signal(pid, "SIGKILL");
}

function signalGroup(leader, name) {
  signal(-leader, name);
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

function descendants(ancestor) {
  const children = new Map();
  for (const [pid, parent] of processTable()) {
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = [];
  const toVisit = [ancestor];
  while (toVisit.length > 0) {
    const below = children.get(toVisit.pop()) ?? [];
    found.push(...below);
    toVisit.push(...below);
  }
  return found;
}

/** Pairs of process and parent. Slim Linux images have no `ps`, macOS has no /proc. */
function processTable() {
  if (process.platform === "linux") {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap(parentInProc);
  }
  const table = ask("ps", ["-A", "-o", "pid=,ppid="]) ?? "";
  return table.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
}

function parentInProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program's name stands in parentheses and may contain anything; state and parent follow it.
    const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
    return [[Number(pid), Number(parent)]];
  } catch {
    return []; // ended meanwhile
  }
}
