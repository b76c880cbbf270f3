// The VSIX in a real VS Code: how long its activation blocks, and how long a session takes until code can run, beside
// the start of a Jupyter kernel of the same Python, in turn. Fails when a goal is missed.

import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { execute } from "./harness/commandLine";
import { places, root } from "./harness/places";
import { startServer } from "./harness/server";
import { openBrowser, openPage } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";
import { Workbench } from "./harness/workbench";

const rounds = 6;
const startGoal = 0.6;
const blockingGoalMs = 50;

const kernel = `import time, jupyter
began = time.perf_counter()
kernel = jupyter.Kernel()
print(1000 * (time.perf_counter() - began))
kernel.close()`;

test("activation", async () => {
  const home = await realpath(await mkdtemp(join(tmpdir(), "whiskertoolbox-activation-")));
  const server = await startServer({
    home,
    extensions: inject("shared").extensions,
    settings: {
      "whiskertoolbox.startAutomatically": "always",
      "whiskertoolbox.interpreterPath": places().projectPython,
      "workbench.startupEditor": "none",
    },
    asksForTrust: false,
    variables: {},
  });
  const context = await openBrowser(join(home, "browser"));
  const [blocking, ours, jupyter]: [number[], number[], number[]] = [[], [], []];
  try {
    for (let round = 0; round < rounds; round++) {
      const workspace = join(home, `workspace-${round}`); // each has a session of its own
      await mkdir(workspace);
      await writeFile(join(workspace, "analysis.py"), ""); // the extension wakes up where there is Python
      const { page } = await openPage(context, server.address(workspace));
      await new Workbench(page).status("idle").waitFor();
      await waitUntil("the log tells it", async () => (await readiness(server.logs)).length > round);
      blocking.push(await activationOf(page));
      const env = { PYTHONPATH: join(root, "bench") };
      jupyter.push(Number(await execute(places().projectPython, ["-c", kernel], env)));
    }
    ours.push(...(await readiness(server.logs)));
  } finally {
    await context.close();
    await server.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
  // The first of each fills the caches of files and of compiled modules.
  const [blocks, idle, start] = [blocking, ours, jupyter].map((times) => median(times.slice(1))) as [
    number,
    number,
    number,
  ];
  const table = [
    [`activation blocks for ${blocks} ms`, blocks <= blockingGoalMs],
    [
      `idle after ${idle.toFixed(0)} ms, a Jupyter kernel after ${start.toFixed(0)} ms: ${(idle / start).toFixed(2)}`,
      idle / start <= startGoal,
    ],
  ] as const;
  console.log(
    `Goals: ${blockingGoalMs} ms, and ${startGoal} of the kernel's start; medians of ${rounds - 1}`,
  );
  for (const [text, reached] of table) {
    console.log(`${text}${reached ? "" : "  missed"}`);
  }
  expect(table.every(([, reached]) => reached)).toBe(true);
});

/** What VS Code itself counts: loading the code, and the call of `activate`. */
async function activationOf(page: Page): Promise<number> {
  await new Workbench(page).command("Developer: Show Running Extensions");
  const row = page.locator(".runtime-extensions-editor .monaco-list-row", { hasText: "whiskertoolbox" });
  const text = /Activation: (\d+)\s*ms/.exec(await row.innerText());
  return Number(text?.[1]);
}

/** Milliseconds from the beginning of each start until the session was idle, as the extension's logs have them. */
async function readiness(logs: string): Promise<number[]> {
  const files = (await readdir(logs, { recursive: true })).filter((name) =>
    name.endsWith("WhiskerToolbox.log"),
  );
  const texts = await Promise.all(files.sort().map((name) => readFile(join(logs, name), "utf8")));
  return texts.flatMap((text) => [...text.matchAll(/Ready after (\d+) ms/g)].map(([, ms]) => Number(ms)));
}

function median(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
