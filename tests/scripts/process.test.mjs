import { spawn } from "node:child_process";
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { run, UserError } from "../../scripts/lib/process.mjs";

const processModule = pathToFileURL(resolve("scripts/lib/process.mjs")).href;

/** A command of ours that starts a program, which starts another one in a session of its own. */
const command = `
import { start, stopOnSignals } from ${JSON.stringify(processModule)};
const grandchild = "process.stdout.write(process.pid + '\\\\n'); setInterval(() => {}, 1000)";
const child = \`
  const { spawn } = require("node:child_process");
  spawn(process.execPath, ["-e", \${JSON.stringify(grandchild)}], { stdio: "inherit", detached: true });
  process.stdout.write(process.pid + "\\\\n");
  process.on("SIGTERM", () => {});
  setInterval(() => {}, 1000);
\`;
stopOnSignals();
start(process.execPath, ["-e", child]);
`;
const leashed = command
  .replace(/\bstart\b/g, "startLeashed")
  .replace("child]);", "child]).stdout.pipe(process.stdout);");

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** What npm is to a command of ours: its parent, which passes no signal on. */
const parent = `
import { spawn } from "node:child_process";
spawn(process.execPath, ["--input-type=module", "-e", ${JSON.stringify(command)}], { stdio: "inherit" });
setInterval(() => {}, 1000);
`;

/** Start a program; answers it and the processes that say their number, once all are there. */
async function startProgram(program) {
  const started = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  for await (const chunk of started.stdout) {
    text += chunk;
    const pids = text.split("\n").slice(0, -1).map(Number); // whole lines
    if (pids.length === 2) return { started, pids };
  }
  throw new Error(`It ended after ${text}`);
}

// Windows has no signals: Ctrl+C reaches every program of the console there.
if (process.platform !== "win32") {
  test.each([
    ["a signal", command, "SIGINT"],
    ["the death of npm", parent, "SIGKILL"],
    ["our own death, of what is leashed,", leashed, "SIGKILL"],
  ])(
    "%s ends every program that was started, and what those started",
    { timeout: 120_000 },
    async (...row) => {
      const [, program, signal] = row;
      const { started, pids } = await startProgram(program);
      expect(pids.every(isAlive)).toBe(true);
      started.kill(signal);
      await once(started, "exit");
      await expect.poll(() => pids.some(isAlive), { timeout: 60_000 }).toBe(false);
    },
  );
}

test("a program that fails is named with what it said", async () => {
  const failing = run(process.execPath, ["-e", "console.error('no such disk'); process.exit(3)"]);
  await expect(failing).rejects.toThrow(UserError);
  await expect(failing).rejects.toThrow(/failed \(3\):\nno such disk/);
});
