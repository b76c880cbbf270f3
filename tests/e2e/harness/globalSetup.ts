// Before the first test: the packaged extension installed, the demo recording made and loaded.

import { cp, mkdtemp, mkdir, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { whiskertoolbox, execute } from "./commandLine";
import { places, results, root } from "./places";

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await rm(results, { recursive: true, force: true });
  await mkdir(results, { recursive: true });
  const folder = await realpath(await mkdtemp(join(tmpdir(), "whiskertoolbox-e2e-")));
  const extensions = join(folder, "extensions");
  const demo = join(folder, "demo");
  await Promise.all([installExtension(extensions, join(folder, "installer")), makeDemo(demo)]);
  project.provide("shared", { extensions, demo });
  return () => rm(folder, { recursive: true, force: true });
}

async function installExtension(extensions: string, userData: string): Promise<void> {
  const { node, codeServer, vsix } = places();
  const folders = ["--extensions-dir", extensions, "--user-data-dir", userData];
  await execute(node, [codeServer, ...folders, "--install-extension", vsix], {});
}

async function makeDemo(demo: string): Promise<void> {
  const examples = join(root, "examples");
  await execute(places().projectPython, [join(examples, "make_recording.py"), demo], {});
  for (const name of await readdir(examples)) {
    if (name.endsWith(".py") && !name.startsWith("make_")) {
      await cp(join(examples, name), join(demo, name));
    }
  }
  await whiskertoolbox(demo, "load", join(demo, "recording.json"));
}
