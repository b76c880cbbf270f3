// Python environments made from the locks in requirements/.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { installSystemPackages } from "./debian.mjs";
import { CACHE, ROOT, onWindows, pythonIn } from "./paths.mjs";
import { ask, run, UserError } from "./process.mjs";
import { digestOf, ensure } from "./steps.mjs";

/** What the locks are made for, newest first. */
const MINORS = [13, 12, 11, 10];

/** The checkout's own environment: `whiskertoolbox` runs from the source tree in it. */
const PROJECT_ENVIRONMENT = join(ROOT, ".venv");

/** Make .venv from the lock `examples` (what the demo needs) or `dev` (everything); answers its Python. */
export function ensureProjectEnvironment(lock) {
  return ensureEnvironment({ folder: PROJECT_ENVIRONMENT, locks: [lock, "build"], installs: ["-e", ROOT] });
}

/** Make an environment without our packages; answers its Python. */
export function ensureForeignEnvironment(lock) {
  return ensureEnvironment({ folder: join(CACHE, `python-${lock}`), locks: [lock], installs: [] });
}

/**
 * Environments for what differs between Pythons, one for each of the supported ones that this machine has. The tests
 * look for them by name, and say which are not there. Answers their Pythons.
 */
export async function ensureEnvironmentOfEachMinor() {
  const bases = new Map();
  for (const { program, args } of installedPythons()) {
    const version = ask(program, [...args, "-c", PRINT_VERSION_IF_COMPLETE]);
    if (!isSupported(version)) continue;
    const folder = join(CACHE, `python-${version.split(".").slice(0, 2).join(".")}`);
    if (bases.has(folder)) continue; // `python3` is one of those that were looked for by their minor
    bases.set(folder, { program, args, version });
  }
  const locks = ["minimal", "bundle"];
  return Promise.all(
    [...bases].map(([folder, base]) => ensureEnvironment({ folder, locks, installs: [], base })),
  );
}

/** An environment with nothing in it at all: what a Python without NumPy is to us. */
export async function ensureBareEnvironment() {
  const folder = join(CACHE, "python-bare");
  const base = await findPython();
  const make = () => run(base.program, [...base.args, "-m", "venv", "--clear", "--without-pip", folder]);
  await ensure({ title: "Python environment without any package", folder, madeFrom: [base.version], make });
  return pythonIn(folder);
}

async function ensureEnvironment({ folder, locks, installs, base: givenBase }) {
  const lockFiles = locks.map((lock) => join(ROOT, "requirements", `${lock}.txt`));
  const python = pythonIn(folder);
  const base = givenBase ?? (await findPython());
  await ensure({
    title: `Python ${base.version} with the packages of requirements/${locks[0]}.txt`,
    folder,
    part: locks[0],
    madeFrom: [base.version, digestOf(...lockFiles, join(ROOT, "pyproject.toml"))],
    make: async () => {
      if (ask(python, ["-c", PRINT_VERSION]) !== base.version) {
        rmSync(folder, { recursive: true, force: true });
        await run(base.program, [...base.args, "-m", "venv", folder]);
      }
      // Compiling every module of SciPy and pandas takes longer than compiling those that are ever imported.
      const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--no-compile"];
      await run(python, [...pip, "--require-hashes", ...lockFiles.flatMap((file) => ["-r", file])]);
      if (installs.length > 0) await run(python, [...pip, "--no-build-isolation", ...installs]);
    },
  });
  return python;
}

const PRINT_VERSION = "import platform; print(platform.python_version())";
// Debian splits what `python -m venv` needs into a package of its own.
const PRINT_VERSION_IF_COMPLETE = `import venv, ensurepip, sqlite3, ssl; ${PRINT_VERSION}`;

/** The newest supported Python of this machine; WHISKERTOOLBOX_PYTHON overrides. */
async function findPython() {
  const found = completePython();
  if (found) return found;
  const incomplete = candidates().find(({ program, args }) =>
    isSupported(ask(program, [...args, "-c", PRINT_VERSION])),
  );
  const neededFor = incomplete
    ? `${incomplete.program} cannot make virtual environments: its modules venv and ensurepip are missing`
    : "Python 3.10 or newer is needed and none was found";
  await installSystemPackages(["python3", "python3-venv"], {
    neededFor,
    elsewhere:
      "Install Python from python.org or your package manager, or name one: WHISKERTOOLBOX_PYTHON=/path/to/python",
  });
  const installed = completePython();
  if (!installed) throw new UserError(`${neededFor}, and the system's python3 is older.`);
  return installed;
}

function completePython() {
  for (const { program, args } of candidates()) {
    const version = ask(program, [...args, "-c", PRINT_VERSION_IF_COMPLETE]);
    if (isSupported(version)) return { program, args, version };
  }
  return undefined;
}

function candidates() {
  const chosen = process.env.WHISKERTOOLBOX_PYTHON;
  if (chosen) return [{ program: chosen, args: [] }];
  return installedPythons();
}

function installedPythons() {
  if (onWindows) {
    const versions = MINORS.map((minor) => ({ program: "py", args: [`-3.${minor}`] }));
    return [...versions, { program: "python", args: [] }];
  }
  const named = MINORS.map((minor) => `python3.${minor}`);
  // That of macOS in /usr/bin is too old, and running it may open a dialog that asks to install developer tools.
  if (process.platform !== "darwin") named.push("python3");
  return [...named, ...pythonsOfPyenv()].map((program) => ({ program, args: [] }));
}

/** pyenv puts only the Pythons of its choice on the path; the others are installed all the same. */
function pythonsOfPyenv() {
  const folder = join(process.env.PYENV_ROOT ?? join(homedir(), ".pyenv"), "versions");
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((version) => join(folder, version, "bin", "python"));
}

function isSupported(version) {
  const [major, minor] = (version ?? "").split(".").map(Number);
  return major === 3 && minor >= Math.min(...MINORS);
}
