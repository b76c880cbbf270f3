// `npm run generate`, `bench`, `package`: one program each, in an environment that is set up first.

import { join } from "node:path";
import { main } from "./lib/main.mjs";
import { ensureNpmPackages } from "./lib/npm.mjs";
import { show } from "./lib/process.mjs";
import { ensureProjectEnvironment } from "./lib/python.mjs";
import { ensureVsix } from "./lib/vsix.mjs";

const TASKS = {
  generate: async (python, args) => {
    const protocol = await show(python, [join("tools", "generate_protocol.py"), ...args]);
    const api = await show(python, [join("tools", "generate_api.py"), ...args]);
    return protocol || api;
  },
  bench: (python, args) => show(python, [join("bench", "jupyter.py"), ...args]),
  package: async (python) => console.log(await ensureVsix(python)),
};

await main(async () => {
  const [name, ...args] = process.argv.slice(2);
  await ensureNpmPackages();
  return TASKS[name](await ensureProjectEnvironment("dev"), args);
});
