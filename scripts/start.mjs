// `npm start`: everything from a fresh clone to VS Code with a recording in it.

import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { ensureDemo } from "./lib/demo.mjs";
import { desktopEditor, openDesktopEditor, serveEditor } from "./lib/editor.mjs";
import { main } from "./lib/main.mjs";
import { ensureNpmPackages } from "./lib/npm.mjs";
import { DEMO } from "./lib/paths.mjs";
import { UserError } from "./lib/process.mjs";
import { ensureProjectEnvironment } from "./lib/python.mjs";
import { ensureVsix } from "./lib/vsix.mjs";

const HELP = `npm start [-- OPTIONS]    set up, and open VS Code on a demo recording

  --headless     serve VS Code to a browser (code-server), even where desktop VS Code is installed
  --port N       where it is served, on this machine only; also: PORT=N (default: the first free one from 8080 on)
  --fresh        make the demo workspace (.demo/) again; what you changed in it is lost
  --help

  WHISKERTOOLBOX_PYTHON=…    the Python (3.10 or newer) to make the environment with
`;

await main(async () => {
  const options = readOptions();
  if (options.help) {
    console.log(HELP);
    return;
  }
  if (options.fresh) rmSync(DEMO, { recursive: true, force: true });
  await ensureNpmPackages();
  const python = await ensureProjectEnvironment("examples");
  const vsix = await ensureVsix(python);
  await ensureDemo(python);

  const code = options.headless ? undefined : desktopEditor();
  if (code) {
    await openDesktopEditor(code, { vsix, folder: DEMO });
    console.log(
      "\nVS Code is open on the demo workspace: look for the WhiskerToolbox icon at its left edge.",
    );
    return;
  }
  const { ended, url } = await serveEditor({ vsix, folder: DEMO, port: options.port });
  console.log(`\nVS Code is ready:  ${url}\nCtrl+C ends it.`);
  await ended;
  throw new UserError("code-server has ended.");
});

function readOptions() {
  const options = {
    headless: { type: "boolean" },
    port: { type: "string" },
    fresh: { type: "boolean" },
    help: { type: "boolean" },
  };
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    throw new UserError(`${error.message}\n\n${HELP}`);
  }
  const port = values.port ?? process.env.PORT;
  if (port !== undefined && !(Number(port) > 0 && Number(port) < 65536))
    throw new UserError(`"${port}" is not a port.`);
  return { ...values, port };
}
