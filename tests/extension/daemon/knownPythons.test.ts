// A Python that has answered is not asked again while it stays the same.

import { chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { workspace } from "vscode";
import { KnownPythons } from "../../../extension/src/daemon/knownPythons";
import { findPython } from "../../../extension/src/daemon/launch";

const fake = workspace as { workspaceFolders: unknown };
const path = process.env["PATH"];
let folder: string;
let kept: Map<string, unknown>;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "known-")));
  kept = new Map();
  process.env["PATH"] = `${folder}${delimiter}${path ?? ""}`;
});

afterEach(async () => {
  process.env["PATH"] = path;
  fake.workspaceFolders = undefined;
  await rm(folder, { recursive: true });
});

/** What a window knows: each has objects of its own on what VS Code keeps. */
function known(): KnownPythons {
  return new KnownPythons({
    get: <T>(key: string, otherwise?: T) => (kept.get(key) ?? otherwise) as T,
    update: (key, value) => {
      kept.set(key, JSON.parse(JSON.stringify(value ?? null)) ?? undefined);
      return Promise.resolve();
    },
  });
}

/** A program that notes each time that it is run, and answers like the Python at `executable`. */
async function makePython(name: string, executable = join(folder, name)): Promise<void> {
  const answer = `whiskertoolbox-python:${JSON.stringify([executable, 3, 12, "cpython", false])}`;
  await writeFile(join(folder, name), `#!/bin/sh\necho run >> "${folder}/runs"\necho '${answer}'\n`);
  await chmod(join(folder, name), 0o755);
}

const runs = async (): Promise<number> =>
  (await readFile(join(folder, "runs"), "utf8")).split("run").length - 1;

describe.skipIf(process.platform === "win32")("a Python", () => {
  test("that has answered starts at once in the next window", async () => {
    await makePython("python3");
    expect(await findPython(known())).toMatchObject({
      executable: join(folder, "python3"),
      isRemembered: false,
    });
    expect(await findPython(known())).toMatchObject({
      executable: join(folder, "python3"),
      isRemembered: true,
    });
    expect(await runs()).toBe(1);
  });

  test("that was replaced is asked", async () => {
    await makePython("one");
    await symlink(join(folder, "one"), join(folder, "python3"));
    await findPython(known());
    await makePython("other");
    await rm(join(folder, "python3"));
    await symlink(join(folder, "other"), join(folder, "python3"));
    expect(await findPython(known())).toMatchObject({
      executable: join(folder, "other"),
      isRemembered: false,
    });
  });

  test("that leads to another one, which may change unseen, is asked each time", async () => {
    await makePython("chosen");
    await makePython("python3", join(folder, "chosen"));
    await findPython(known());
    expect(await findPython(known())).toMatchObject({
      executable: join(folder, "chosen"),
      isRemembered: false,
    });
  });

  test("that did not start is asked when all is forgotten", async () => {
    await makePython("python3");
    await findPython(known());
    known().forget();
    expect(await findPython(known())).toMatchObject({ isRemembered: false });
    expect(await runs()).toBe(2);
  });

  test("of the workspace comes before a known one of the machine", async () => {
    await makePython("python3");
    await findPython(known());
    const environment = join(folder, ".venv", "bin");
    await mkdir(environment, { recursive: true });
    await makePython(join(".venv", "bin", "python"));
    fake.workspaceFolders = [{ uri: { scheme: "file", fsPath: folder } }];
    expect(await findPython(known())).toMatchObject({ executable: join(environment, "python") });
  });
});

test("no more are kept than people use", () => {
  const pythons = known();
  const executable = process.execPath;
  for (let count = 0; count < 30; count++) {
    pythons.remember({ command: `python${count}`, args: [], origin: "" }, executable, {
      kind: "python",
      executable,
      version: [3, 12],
    });
  }
  const said = (count: number): unknown =>
    pythons.said({ command: `python${count}`, args: [], origin: "" }, executable);
  expect([said(0), said(9)]).toEqual([undefined, undefined]);
  expect(said(10)).toBeDefined();
  expect(said(29)).toBeDefined();
});
