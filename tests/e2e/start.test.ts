// `npm start` itself, in the checkout that is tested: its set-up, its gate, and its end.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { places, root } from "./harness/places";
import { openBrowser, openPage } from "./harness/vscode";
import { Workbench } from "./harness/workbench";

let start: ChildProcess;
let ended: Promise<unknown>;
let url: URL;
let context: BrowserContext | undefined;
let profile: string;

// Making the demo recording and installing the extension take a while on a slow machine.
const setUpMs = 600_000;

beforeAll(async () => {
  profile = await mkdtemp(join(tmpdir(), "whiskertoolbox-start-"));
  start = spawn(places().node, [join(root, "scripts", "start.mjs"), "--headless"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  ended = once(start, "exit");
  url = await printedAddress(start);
}, setUpMs);

afterAll(async () => {
  await context?.close();
  start.kill("SIGINT");
  await ended;
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
}, setUpMs);

test("npm start prints the address of VS Code on the demo, which holds the loaded recording", async () => {
  context = await openBrowser(profile);
  const { page } = await openPage(context, url.href);
  await page.locator(".tab", { hasText: "[Preview] README.md" }).waitFor();
  const workbench = new Workbench(page);
  await workbench.status("idle").waitFor();
  await workbench.showViews();
  await workbench.dataKeys.find("whisker_angle");
  await workbench.screenshot("start");
});

test("nobody gets in without the address's token", async () => {
  const { status } = await fetch(new URL("/", url));
  expect(status).toBe(403);
});

test("the interrupt of the terminal ends it all", async () => {
  start.kill("SIGINT");
  await ended;
  await expect(fetch(new URL("/", url))).rejects.toThrow();
});

function printedAddress(child: ChildProcess): Promise<URL> {
  let said = "";
  return new Promise((resolve, reject) => {
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const found = /VS Code is ready: {2}(\S+)/.exec(said)?.[1];
      if (found !== undefined) {
        resolve(new URL(found));
      }
    });
    child.once("exit", () => {
      reject(new Error(`npm start ended:\n${said}`));
    });
  });
}
