// A Chromium for the end-to-end tests: the system's, or one that is installed now.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT, onWindows } from "./paths.mjs";
import { canInstallSystemPackages, installSystemPackages } from "./debian.mjs";
import { ask, onPath } from "./process.mjs";
import { runTool } from "./npm.mjs";
import { step } from "./steps.mjs";

const ON_PATH = ["google-chrome-stable", "google-chrome", "chromium", "chromium-browser", "microsoft-edge"];
const ON_MAC = ["Google Chrome", "Chromium", "Microsoft Edge"].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);

/** Answers the path of a browser; WHISKERTOOLBOX_BROWSER overrides. */
export async function ensureBrowser() {
  return systemBrowser() ?? (await step("Browser for the end-to-end tests", installBrowser));
}

function systemBrowser() {
  const chosen = process.env.WHISKERTOOLBOX_BROWSER;
  if (chosen) return chosen;
  if (onWindows) return onWindowsDisk().find((path) => existsSync(path));
  if (process.platform === "darwin") return ON_MAC.find((path) => existsSync(path));
  // Asked for its version: Ubuntu has a chromium-browser that only says how to get one.
  return ON_PATH.map(onPath).find((path) => path && ask(path, ["--version"]) !== undefined);
}

function onWindowsDisk() {
  const roots = [process.env.ProgramFiles, process.env["ProgramFiles(x86)"], process.env.LOCALAPPDATA].filter(
    Boolean,
  );
  const names = [
    join("Google", "Chrome", "Application", "chrome.exe"),
    join("Microsoft", "Edge", "Application", "msedge.exe"),
  ];
  return roots.flatMap((root) => names.map((name) => join(root, name)));
}

async function installBrowser() {
  if (canInstallSystemPackages()) {
    // Without a font, pages have no text and screenshots show nothing.
    const packages = ["chromium", "fonts-liberation"];
    await installSystemPackages(packages, { neededFor: "The end-to-end tests need a browser" }).catch(
      () => undefined,
    );
    const installed = systemBrowser();
    if (installed) return installed;
  }
  // Not Debian, or a distribution without a Chromium of its own (Ubuntu's is a snap).
  await runTool("playwright-core/cli.js", ["install", "chromium"]);
  const { chromium } = createRequire(join(ROOT, "package.json"))("playwright-core");
  return chromium.executablePath();
}
