// What the end-to-end tests and the benchmark of the VSIX need, set up.

import { ensureBrowser } from "./browser.mjs";
import { ensureEditor, nodeProgram } from "./npm.mjs";
import { ensureBareEnvironment, ensureEnvironmentOfEachMinor, ensureForeignEnvironment } from "./python.mjs";
import { ensureVsix } from "./vsix.mjs";

/** The variables by which tests/e2e/harness/places.ts knows where everything is. */
export async function endToEndPlaces(python) {
  const places = {
    vsix: await ensureVsix(python),
    node: nodeProgram(),
    codeServer: await ensureEditor(),
    browser: await ensureBrowser(),
    projectPython: python,
    scientistPython: await ensureForeignEnvironment("examples"),
    barePython: await ensureBareEnvironment(),
    oldPython: await ensureForeignEnvironment("old"),
    pythons: await ensureEnvironmentOfEachMinor(),
  };
  return { E2E_PLACES: JSON.stringify(places) };
}
