// A real VS Code on a workspace: code-server, a browser with a new profile, and the page objects.

import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, inject } from "vitest";
import { places, results } from "./places";
import { startServer, type Server } from "./server";
import { Workbench } from "./workbench";

// Without them, the browser looks for hosts of its maker at every start.
const offline = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];

export type Options = {
  /** Makes the workspace; a copy of the demo when absent. */
  readonly workspace?: (folder: string) => Promise<void>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Environment variables of VS Code, given the workspace. */
  readonly variables?: (workspace: string) => Readonly<Record<string, string>>;
  /** False: VS Code asks before it runs code of the workspace, as it does at home. */
  readonly isTrusted?: boolean;
};

export type VSCode = {
  readonly workbench: Workbench;
  readonly page: Page;
  readonly workspace: string;
};

/**
 * One VS Code for all tests of a file; its parts are there when the tests run.
 *
 * `name` begins the names of screenshots: each test leaves one of how it ended, in test-results/e2e.
 */
export function useVSCode(name: string, options: Options = {}): VSCode {
  let running: Running | undefined;
  const get = (): Running => {
    if (running === undefined) {
      throw new Error("VS Code is there only while tests run.");
    }
    return running;
  };
  beforeAll(async () => {
    running = await open(options);
  });
  beforeEach(({ task, onTestFailed, onTestFinished }) => {
    const title = `${name}-${task.name.replaceAll(/\W+/g, "-")}`;
    onTestFailed(() => keepEvidence(get(), title));
    onTestFinished(async () => {
      await get().page.screenshot({ path: join(results, `${title}.png`) });
    });
  });
  afterAll(async () => {
    await running?.close();
  });
  return {
    get workbench() {
      return get().workbench;
    },
    get page() {
      return get().page;
    },
    get workspace() {
      return get().workspace;
    },
  };
}

type Running = VSCode & {
  readonly server: Server;
  readonly messages: string[];
  readonly close: () => Promise<void>;
};

async function open(options: Options): Promise<Running> {
  const home = await realpath(await mkdtemp(join(tmpdir(), "whiskertoolbox-vscode-")));
  const workspace = join(home, "workspace");
  await mkdir(workspace);
  await (options.workspace ?? copyDemo)(workspace);
  const server = await startServer({
    home,
    extensions: inject("shared").extensions,
    settings: {
      ...quietSettings,
      "whiskertoolbox.startAutomatically": "always", // what a folder without a session does is tests/e2e/manners.test.ts's
      "whiskertoolbox.interpreterPath": places().scientistPython,
      ...options.settings,
    },
    asksForTrust: options.isTrusted === false,
    variables: options.variables?.(workspace) ?? {},
  });
  const context = await openBrowser(join(home, "browser"));
  const { page, messages } = await openPage(context, server.address(workspace));
  const close = async (): Promise<void> => {
    await context.close();
    await server.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  return { workbench: new Workbench(page), page, workspace, server, messages, close };
}

/** A browser with a new profile in that folder. */
export function openBrowser(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: places().browser,
    args: offline,
    chromiumSandbox: false,
    viewport: { width: 1440, height: 960 },
  });
}

export async function openPage(
  context: BrowserContext,
  url: string,
): Promise<{ page: Page; messages: string[] }> {
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(90_000);
  const messages: string[] = [];
  page.on("console", (message) => messages.push(`${message.type()}: ${message.text()}`));
  await page.goto(url);
  await page.locator(".monaco-workbench .statusbar-item").first().waitFor();
  return { page, messages };
}

/** What VS Code shows of its own accord would cover what is tested. */
const quietSettings = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "extensions.ignoreRecommendations": true,
  "window.commandCenter": false,
  "chat.commandCenter.enabled": false,
  "editor.minimap.enabled": false,
  "files.autoSave": "off",
  "git.enabled": false,
};

async function copyDemo(folder: string): Promise<void> {
  await cp(inject("shared").demo, folder, { recursive: true });
}

async function keepEvidence({ page, server, messages }: Running, name: string): Promise<void> {
  const folder = join(results, "failed", name);
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, "screen.png") });
  await writeFile(join(folder, "page.html"), await page.content());
  await writeFile(join(folder, "browser-console.txt"), messages.join("\n"));
  await writeFile(join(folder, "code-server.txt"), server.output());
  await cp(server.logs, join(folder, "logs"), { recursive: true });
}
