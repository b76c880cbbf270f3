// Where things lie in a checkout. Everything below CACHE and DEMO is made, never committed.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const CACHE = join(ROOT, ".cache");
export const RESULTS = join(ROOT, "test-results");
export const EDITOR = join(ROOT, "editor");
export const PYRIGHT = join(ROOT, "tests", "daemon", "language", "pyright");
export const DEMO = join(ROOT, ".demo");
export const BUNDLE = join(ROOT, "bundled", "libs");
export const VSIX = join(ROOT, "build", "whiskertoolbox.vsix");

export const onWindows = process.platform === "win32";

/** The Python program of a virtual environment. */
export function pythonIn(environment) {
  return onWindows ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
}
