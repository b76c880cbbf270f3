// `node leash.mjs PROGRAM ARGS…`: runs a program, and ends it when stdin does, which happens however its holder ends.

import { start, stop, stopOnSignals } from "./process.mjs";

const [program, ...args] = process.argv.slice(2);
stopOnSignals();
const child = start(program, args, { cwd: process.cwd() });
child.once("error", (error) => {
  console.error(error.message);
  process.exitCode = 127;
  process.stdin.destroy();
});
child.once("exit", (code) => process.exit(code ?? 1));
process.stdin.on("close", stop).on("error", stop).resume();
