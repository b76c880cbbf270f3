// Neovim for the tests of the language server with an editor that is not ours: the system's, or one installed now.

import { canInstallSystemPackages, installSystemPackages } from "./debian.mjs";
import { onPath } from "./process.mjs";
import { step } from "./steps.mjs";

/** Install Neovim where that can be done; elsewhere its tests say that it is missing. */
export async function ensureNeovim() {
  if (onPath("nvim") !== undefined || !canInstallSystemPackages()) return;
  await step("Neovim for the tests of the language server", () =>
    installSystemPackages(["neovim"], { neededFor: "The tests of the language server need Neovim" }),
  ).catch(() => undefined); // such as no network: the tests are skipped with that reason
}
