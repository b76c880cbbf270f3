// `npm test`: set up, then every check and every test. With names (check, python, extension, e2e) only those.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { checks } from "./lib/checks.mjs";
import { main } from "./lib/main.mjs";
import { ensureNeovim } from "./lib/neovim.mjs";
import { ensureEditor, ensureNpmPackages, ensurePyright, showTool } from "./lib/npm.mjs";
import { RESULTS } from "./lib/paths.mjs";
import { endToEndPlaces } from "./lib/places.mjs";
import { isStopping, show, UserError } from "./lib/process.mjs";
import {
  ensureEnvironmentOfEachMinor,
  ensureForeignEnvironment,
  ensureProjectEnvironment,
} from "./lib/python.mjs";
import { countSuite, printResults } from "./lib/report.mjs";

const GROUPS = {
  check: runChecks,
  python: runPythonTests,
  extension: runExtensionTests,
  e2e: runEndToEndTests,
};

const results = [];
let editorAhead;

await main(async () => {
  const chosen = process.argv.slice(2);
  const unknown = chosen.find((name) => !(name in GROUPS));
  if (unknown)
    throw new UserError(`There are no tests named "${unknown}": ${Object.keys(GROUPS).join(", ")}.`);
  await ensureNpmPackages();
  // The editor takes minutes and is used last: it is made beside what comes before. Whoever needs it says what failed.
  if (chosen.length === 0) editorAhead = ensureEditor().catch(() => undefined);
  const python = await ensureProjectEnvironment("dev");
  mkdirSync(RESULTS, { recursive: true });
  for (const [name, runGroup] of Object.entries(GROUPS)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    await runGroup(python).catch((error) => {
      if (!(error instanceof UserError) || isStopping()) throw error;
      console.error(`\n${error.message}`); // such as a VSIX that cannot be packed: what does not need it still runs
      results.push({ name: `set-up for ${name}`, passed: 0, failed: 1, seconds: 0 });
    });
  }
  return printResults(results) > 0 ? 1 : 0;
});

async function runChecks(python) {
  for (const [name, check] of checks(python)) {
    await record(name, check, (exitCode) => ({
      passed: exitCode === 0 ? 1 : 0,
      failed: exitCode === 0 ? 0 : 1,
    }));
  }
}

async function runPythonTests(python) {
  await ensureEnvironmentOfEachMinor();
  await Promise.all(["uv", "old", "checkers", "field"].map(ensureForeignEnvironment));
  await ensurePyright();
  await ensureNeovim();
  await runPytest("Python tests", python, ["-n", "2"]);
  // Whoever imports the library has NumPy, and nothing else may be taken for granted.
  const minimal = await ensureForeignEnvironment("minimal");
  await runPytest("Python tests with NumPy alone", minimal, [
    "-n",
    "2",
    "-m",
    "not extra",
    join("tests", "library"),
  ]);
}

function runPytest(name, python, args) {
  const report = reportFor(name);
  const run = () => show(python, ["-m", "pytest", "-q", "--no-header", `--junitxml=${report}`, ...args]);
  return record(name, run, (exitCode) => countSuite(report, exitCode));
}

function runExtensionTests() {
  return runVitest("Extension tests", []);
}

async function runEndToEndTests(python) {
  await editorAhead;
  const places = await endToEndPlaces(python);
  const config = join("tests", "e2e", "vitest.config.mts");
  await runVitest("End-to-end tests", ["--config", config], places);
}

function runVitest(name, args, env = {}) {
  const report = reportFor(name);
  const reporters = ["--reporter=default", "--reporter=junit", `--outputFile.junit=${report}`];
  const run = () => showTool("vitest/vitest.mjs", ["run", ...reporters, ...args], { env });
  return record(name, run, (exitCode) => countSuite(report, exitCode));
}

function reportFor(name) {
  const report = join(RESULTS, `${name.toLowerCase().replaceAll(" ", "-")}.xml`);
  rmSync(report, { force: true }); // the report of an earlier run is not this one's
  return report;
}

async function record(name, run, count) {
  if (isStopping()) return;
  console.log(`\n── ${name}`);
  const started = Date.now();
  const exitCode = await run();
  results.push({ name, ...count(exitCode), seconds: Math.round((Date.now() - started) / 1000) });
}
