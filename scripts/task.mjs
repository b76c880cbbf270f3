// `npm run generate`, `bench`, `package`: programs in an environment that is set up first.

import { join } from "node:path";
import { generate, GENERATORS } from "./lib/checks.mjs";
import { main } from "./lib/main.mjs";
import { ensureNpmPackages, showTool } from "./lib/npm.mjs";
import { endToEndPlaces } from "./lib/places.mjs";
import { show } from "./lib/process.mjs";
import { ensureProjectEnvironment } from "./lib/python.mjs";
import { ensureVsix, STAGE } from "./lib/vsix.mjs";

const TASKS = {
  generate: (python, args) => inTurn(GENERATORS, (file) => generate(python, file, args)),
  bench: async (python, args) =>
    (await inTurn(
      [
        "jupyter.py",
        "discovery.py",
        "library.py",
        "data_types.py",
        "formats.py",
        "following.py",
        "viewer.py",
        "language.py",
      ],
      (file) => show(python, [join("bench", file), ...args]),
    )) || (await activation(python)),
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

/** Measure the VSIX in a real VS Code; vitest shows what it prints. */
async function activation(python) {
  const config = join("bench", "vitest.config.mjs");
  return showTool("vitest/vitest.mjs", ["run", "--config", config, "--disable-console-intercept"], {
    env: await endToEndPlaces(python),
  });
}

/** Run all programs; the exit code is that of the last one that failed. */
async function inTurn(programs, run) {
  let exitCode = 0;
  for (const program of programs) {
    exitCode = (await run(program)) || exitCode;
  }
  return exitCode;
}

await main(async () => {
  const [name, ...args] = process.argv.slice(2);
  await ensureNpmPackages();
  return TASKS[name](await ensureProjectEnvironment("dev"), args);
});
