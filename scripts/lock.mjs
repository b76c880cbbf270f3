// `npm run lock`: resolve requirements/*.in again, for every Python and system that we support.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { main } from "./lib/main.mjs";
import { ROOT, onWindows } from "./lib/paths.mjs";
import { run } from "./lib/process.mjs";
import { ensureForeignEnvironment } from "./lib/python.mjs";
import { step } from "./lib/steps.mjs";

const FOLDER = join(ROOT, "requirements");
const EVERYWHERE = ["--universal", "--python-version", "3.10"];
// One flat list for all: every marker that matters is already in bundle.in.
const OLDEST = ["--python-platform", "linux", "--python-version", "3.10"];

await main(async () => {
  const python = await ensureForeignEnvironment("uv");
  const uv = join(dirname(python), onWindows ? "uv.exe" : "uv");
  // The order matters: bundle constrains dev, and dev the others, so that all agree where they overlap.
  await compile(uv, "bundle", OLDEST);
  await compile(uv, "dev", EVERYWHERE);
  for (const name of ["build", "examples", "minimal"])
    await compile(uv, name, [...EVERYWHERE, "-c", join(FOLDER, "dev.txt")]);
  for (const name of ["checkers", "old", "uv"]) await compile(uv, name, EVERYWHERE);
  await compile(uv, "field", [...EVERYWHERE, "--override", join(FOLDER, "field.overrides.in")]);
});

async function compile(uv, name, options) {
  const [source, lock] = [join(FOLDER, `${name}.in`), join(FOLDER, `${name}.txt`)];
  const plain = [
    "--quiet",
    "--upgrade",
    "--no-config",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--generate-hashes", // of every file that may be installed, wherever it is fetched from
  ];
  await step(`requirements/${name}.txt`, () =>
    run(uv, ["pip", "compile", ...plain, ...options, source, "-o", lock]),
  );
  const header = `# Made by \`npm run lock\` from requirements/${name}.in; edit that file, not this one.\n`;
  writeFileSync(lock, header + readFileSync(lock, "utf8"));
}
