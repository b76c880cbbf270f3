// Before the folder is trusted, no Python that may lie in it is run.

import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { workspace, type Uri } from "vscode";
import { daemonCommand, findPython } from "../../../extension/src/daemon/launch";

const fake = workspace as { isTrusted: boolean; workspaceFolders: unknown };
let folder: string;
const path = process.env["PATH"];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "trust-"));
  // Says which arguments and folder it is run with, and answers like a Python.
  const answer = 'whiskertoolbox-python:["/python", 3, 12, "cpython", false]';
  const python = `#!/bin/sh\necho "$PWD $*" > "${folder}/was-run"\necho '${answer}'\n`;
  await writeFile(join(folder, "python3"), python);
  await chmod(join(folder, "python3"), 0o755);
  process.env["PATH"] = `${folder}${delimiter}${path ?? ""}`;
});

afterEach(async () => {
  process.env["PATH"] = path;
  fake.isTrusted = true;
  fake.workspaceFolders = undefined;
  await rm(folder, { recursive: true });
});

if (process.platform !== "win32") {
  test("no Python is run in Restricted Mode, and the answer says what to do", async () => {
    fake.isTrusted = false;
    const choice = await findPython();
    expect(choice).toMatchObject({ kind: "none" });
    expect(choice.kind === "none" && choice.message).toContain("Trust the workspace");
    expect(await readdir(folder)).toEqual(["python3"]);
  });

  test("a Python of a trusted folder is asked, isolated and from nowhere in the workspace", async () => {
    expect(await findPython()).toMatchObject({ kind: "found", executable: "/python" });
    const said = await readFile(join(folder, "was-run"), "utf8");
    expect(said).toMatch(/ -I -c /);
    expect(said.startsWith(process.cwd())).toBe(false);
  });
}

test("the session works in the person's own folder, where nothing of the workspace is found by chance", () => {
  fake.workspaceFolders = [{ uri: { scheme: "file", fsPath: folder } }];
  const extensionUri = { fsPath: "/extension" } as unknown as Uri;
  const storageUri = { fsPath: "/storage" } as unknown as Uri;
  const { options, args } = daemonCommand({
    python: "/python",
    extensionUri,
    storageUri,
    endHung: false,
  });
  expect(options.cwd).toBe(homedir());
  expect(args).toEqual(expect.arrayContaining(["-I", "-S", "--workspace", folder]));
});
