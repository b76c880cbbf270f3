// uv, which gets a Python where there is none: where it is, and where the environment lies that it makes for us.

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

/** uv's executable; undefined when it is not installed. */
export function uvProgram(): string | undefined {
  const onPath = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  const own = [join(homedir(), ".local", "bin"), join(homedir(), ".cargo", "bin")];
  const name = process.platform === "win32" ? "uv.exe" : "uv";
  return [...onPath, ...own].map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Used in all workspaces where no other Python is found; listed, and deleted, like any other environment. */
export function ownEnvironment(): string {
  const folder = process.env["WORKON_HOME"] ?? "";
  return join(folder === "" ? join(homedir(), ".virtualenvs") : folder, "whiskertoolbox");
}
