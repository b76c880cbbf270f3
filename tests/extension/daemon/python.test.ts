import { resolve } from "node:path";
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import {
  choosePython,
  expandFolder,
  expandPath,
  pathCandidates,
  probeCode,
  readProbe,
  type Candidate,
  type Probe,
} from "../../../extension/src/daemon/python";

const candidate = (command: string): Candidate => ({ command, args: [], origin: "PATH" });
const python = (executable: string, minor: number): Probe => ({
  kind: "python",
  executable,
  version: [3, minor],
});

describe("choosing a Python", () => {
  test("takes the first that is new enough and asks no further ones", async () => {
    const asked: string[] = [];
    const choice = await choosePython(["a", "b", "c"].map(candidate), ({ command }) => {
      asked.push(command);
      return Promise.resolve(python(`/usr/bin/${command}`, command === "a" ? 9 : 10));
    });
    expect(choice).toMatchObject({ kind: "found", executable: "/usr/bin/b", origin: "PATH" });
    expect(asked).toEqual(["a", "b"]);
  });

  test("says what was tried and why each will not do", async () => {
    const answers: Record<string, Probe> = {
      old: python("/old", 8),
      gone: { kind: "failed", reason: "not found" },
    };
    const choice = await choosePython(["old", "gone"].map(candidate), ({ command }) =>
      Promise.resolve(answers[command] ?? python(command, 11)),
    );
    expect(choice).toMatchObject({ kind: "none" });
    expect(choice.kind === "none" && choice.message).toContain("old (PATH): Python 3.8 is too old");
    expect(choice.kind === "none" && choice.message).toContain("gone (PATH): not found");
  });

  test("looks for the py launcher on Windows only", () => {
    const onPath = (command: string): string => `/usr/bin/${command}`;
    expect(pathCandidates("win32", onPath).map(({ command }) => command)).toEqual([
      "python3",
      "python",
      "py",
    ]);
    expect(pathCandidates("linux", onPath).map(({ command }) => command)).toEqual(["python3", "python"]);
  });

  test("does not run the Python of macOS, which may ask to install developer tools", () => {
    const installed = new Map([
      ["python3", "/usr/bin/python3"],
      ["python", "/opt/homebrew/bin/python"],
    ]);
    const found = pathCandidates("darwin", (command) => installed.get(command));
    expect(found.map(({ command }) => command)).toEqual(["python"]);
  });
});

describe("a Python's answer about itself", () => {
  const answer = 'whiskertoolbox-python:["/env/bin/python", 3, 12, "cpython", false]';

  test.each([`${answer}\n`, `welcome\n${answer}\ngoodbye\n`, `{"welcome":\r\n${answer}\r\n`])(
    "is its own line, whatever start files print before and after it: %j",
    (text) => {
      expect(readProbe(text)).toEqual(python("/env/bin/python", 12));
    },
  );

  test.each([
    "",
    "Python 3.12",
    "whiskertoolbox-python:",
    "whiskertoolbox-python:[1, 2]",
    '["/python", 3, 12]',
  ])("is refused when it is %j", (text) => {
    expect(readProbe(text).kind).toBe("failed");
  });

  test.each([
    ['["/pypy", 3, 11, "pypy", false]', "it is not CPython, which WhiskerToolbox needs"],
    [
      '["/python3.13t", 3, 13, "cpython", true]',
      "it is a free-threaded build; WhiskerToolbox needs the ordinary one",
    ],
  ])("says what build it is: %s", (said, reason) => {
    expect(readProbe(`whiskertoolbox-python:${said}`)).toEqual({ kind: "failed", reason });
  });

  test("comes from a real Python", () => {
    const command = process.platform === "win32" ? "python" : "python3";
    const said = execFileSync(command, ["-I", "-c", probeCode], { encoding: "utf8" });
    const version: unknown = [3, expect.any(Number)];
    expect(readProbe(said)).toMatchObject({ kind: "python", version });
  });
});

describe("the interpreter's path in the settings", () => {
  test.each([
    ["~/env/bin/python", "/home/me/env/bin/python"],
    ["${workspaceFolder}/.venv/bin/python", "/data/.venv/bin/python"],
    [".venv/bin/python", "/data/.venv/bin/python"],
    ["python3.12", "python3.12"],
    ["C:\\Python312\\python.exe", "C:\\Python312\\python.exe"],
    ["  ", ""],
  ])("%j means %j", (written, meant) => {
    expect(expandPath(written, "/home/me", "/data")).toBe(meant);
  });

  test.each([
    ["env", "/data", "/data/env"],
    ["envs/a", "/data", "/data/envs/a"],
    ["~/envs/a", "/data", "/home/me/envs/a"],
    [" /envs/a ", "/data", "/envs/a"],
    ["env", undefined, "/home/me/env"],
  ])("a typed folder %j with %j open is %j", (written, open, meant) => {
    expect(expandFolder(written, "/home/me", open)).toBe(resolve(meant));
  });
});
