// A code-server of a test's own, behind the same gate as everybody's: nothing of the person's settings, and gone with
// everything it started.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { serveBehindGate } from "../../../scripts/lib/served.mjs";
import { places } from "./places";

export type Server = {
  /** The address that opens it with that folder. */
  readonly address: (folder: string) => string;
  /** What the server and VS Code's processes have written. */
  readonly logs: string;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
};

export async function startServer(options: {
  readonly home: string;
  readonly extensions: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly asksForTrust: boolean;
  readonly variables: Readonly<Record<string, string>>;
}): Promise<Server> {
  const { home, extensions, settings, asksForTrust, variables } = options;
  const userData = join(home, "user-data");
  await mkdir(join(userData, "User"), { recursive: true });
  await writeFile(join(userData, "User", "settings.json"), JSON.stringify(settings));
  await writeFile(join(home, "config.yaml"), "{}\n");
  const folders = [
    "--config",
    join(home, "config.yaml"),
    "--user-data-dir",
    userData,
    "--extensions-dir",
    extensions,
  ];
  const editor = await serveBehindGate({
    node: places().node,
    program: places().codeServer,
    args: [...(asksForTrust ? [] : ["--disable-workspace-trust"]), ...folders],
    // A shell's environment of ours (an activated .venv, say) must not be what finds Python or Node.
    wholeEnv: {
      PATH: process.env["PATH"],
      HOME: home,
      LANG: "C.UTF-8",
      TMPDIR: process.env["TMPDIR"],
      ...variables,
    },
  });
  return {
    address: (folder) => editor.address({ folder }),
    logs: join(userData, "logs"),
    output: editor.output,
    stop: editor.stop,
  };
}
