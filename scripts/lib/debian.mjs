// What only the system's package manager can bring: installed when we may, else said what to type.

import { onPath, run, UserError } from "./process.mjs";

export function canInstallSystemPackages() {
  return process.platform === "linux" && process.getuid() === 0 && onPath("apt-get") !== undefined;
}

let installed = Promise.resolve(); // apt-get refuses to run twice at once

/** Install Debian packages; on other systems, and without root, say what is missing and how to get it. */
export async function installSystemPackages(packages, { neededFor, elsewhere }) {
  if (canInstallSystemPackages()) {
    installed = installed.catch(() => undefined).then(() => aptInstall(packages));
    return installed;
  }
  const advice = onPath("apt-get")
    ? `Install it with:  sudo apt-get install ${packages.join(" ")}`
    : elsewhere;
  throw new UserError(`${neededFor}.\n${advice}`);
}

async function aptInstall(packages) {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-qq"], { env });
  await run("apt-get", ["install", "-y", "--no-install-recommends", ...packages], { env });
}
