// `npm run generate`, `bench`, `package`: programs in an environment that is set up first.

import { join } from "node:path";
import { GENERATORS } from "./lib/checks.mjs";
import { main } from "./lib/main.mjs";
import { ensureNpmPackages } from "./lib/npm.mjs";
import { show } from "./lib/process.mjs";
import { ensureProjectEnvironment } from "./lib/python.mjs";
import { ensureVsix, STAGE } from "./lib/vsix.mjs";

const TASKS = {
  generate: (python, args) => inTurn(python, "tools", GENERATORS, args),
  bench: (python, args) =>
    inTurn(
      python,
      "bench",
      ["jupyter.py", "library.py", "data_types.py", "formats.py", "following.py", "viewer.py"],
      args,
    ),
  package: async (python) => {
    console.log(await ensureVsix(python));
    const started = [
      "--daemon",
      join(STAGE, "daemon", "whiskertoolbox_daemon"),
      "--starts",
      "4",
      "--round-trips",
      "0",
    ];
    await show(python, [join("bench", "jupyter.py"), ...started]); // a goal that is missed is said, and packed all the same
  },
};

/** Run all programs; the exit code is that of the last one that failed. */
async function inTurn(python, folder, programs, args) {
  let exitCode = 0;
  for (const program of programs) {
    exitCode = (await show(python, [join(folder, program), ...args])) || exitCode;
  }
  return exitCode;
}

await main(async () => {
  const [name, ...args] = process.argv.slice(2);
  await ensureNpmPackages();
  return TASKS[name](await ensureProjectEnvironment("dev"), args);
});
