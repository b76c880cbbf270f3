// The demo workspace: a made recording, already loaded into the workspace's session, and scripts to analyse it.

import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEMO, ROOT } from "./paths.mjs";
import { run } from "./process.mjs";
import { digestOf, ensure } from "./steps.mjs";

const EXAMPLES = join(ROOT, "examples");

/** Make the recording and load it; scripts that are there already may have been edited and stay as they are. */
export async function ensureDemo(python) {
  await ensure({
    title: "Demo recording",
    folder: DEMO,
    part: "recording",
    madeFrom: [digestOf(...makers().map((name) => join(EXAMPLES, name)))],
    make: async () => {
      await run(python, [join(EXAMPLES, "make_recording.py"), DEMO]);
      const session = ["--session", join(DEMO, ".whiskertoolbox", "session")];
      const whiskertoolbox = (...words) => run(python, ["-m", "whiskertoolbox_daemon.cli", ...words]);
      await whiskertoolbox("load", join(DEMO, "recording.json"), ...session);
      await whiskertoolbox("run", join(EXAMPLES, "make_groups.py"), ...session, "--", DEMO);
    },
  });
  for (const name of ["README.md", ...scripts()]) {
    if (!existsSync(join(DEMO, name))) copyFileSync(join(EXAMPLES, name), join(DEMO, name));
  }
  writeSettingsOnce(python);
}

/** The programs that make the recording are not part of what a scientist sees. */
function makers() {
  return readdirSync(EXAMPLES).filter((name) => name.startsWith("make_") && name.endsWith(".py"));
}

function scripts() {
  return readdirSync(EXAMPLES).filter((name) => name.endsWith(".py") && !name.startsWith("make_"));
}

function writeSettingsOnce(python) {
  const file = join(DEMO, ".vscode", "settings.json");
  if (existsSync(file)) return;
  const settings = {
    "whiskertoolbox.interpreterPath": python,
    "python.defaultInterpreterPath": python,
    "files.exclude": { ".made-from-*": true, ".vscode": true, ".whiskertoolbox": true },
    // The folder lies inside a checkout that is not what the person came for.
    "git.openRepositoryInParentFolders": "never",
  };
  mkdirSync(join(DEMO, ".vscode"), { recursive: true });
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);
}
