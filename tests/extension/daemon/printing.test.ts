// What the daemon writes before and after its start, read by the library that the language client reads it with.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { methods, type SessionStatus } from "../../../extension/src/protocol/generated";

const root = resolve(import.meta.dirname, "../../..");
const python = join(root, ".venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "whiskertoolbox-printing-")));
});

afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

test("a session starts, works and ends, though every Python prints when it begins and when it ends", async () => {
  const talks = [
    `open(${JSON.stringify(join(folder, "printed"))}, "w").close()`,
    "import atexit, os",
    "print('Content-Length: 9')",
    "os.write(1, b'Welcome!\\r\\n\\r\\n')",
    "atexit.register(print, 'and at the end')",
  ];
  await writeFile(join(folder, "sitecustomize.py"), talks.join("\n"));
  const daemon = join(root, "daemon", "whiskertoolbox_daemon");
  const options = ["--session", join(folder, "session"), "--workspace", folder];
  const child = spawn(python, ["-I", "-S", daemon, ...options], {
    env: { ...process.env, PYTHONPATH: folder, PYTHONUNBUFFERED: "1" },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const ended = once(child, "exit");
  const reader = new StreamMessageReader(child.stdout);
  const connection = createMessageConnection(reader, new StreamMessageWriter(child.stdin));
  const unreadable: unknown[] = [];
  reader.onError((error) => unreadable.push(error));
  connection.listen();

  const about = { processId: null, rootUri: null, capabilities: {} };
  expect(await connection.sendRequest("initialize", about)).toHaveProperty("capabilities");
  await connection.sendNotification("initialized", {});
  const isIdle = new Promise<void>((idle) => {
    const look = ({ state }: SessionStatus): void => {
      if (state === "idle") {
        idle();
      }
    };
    connection.onNotification(methods.sessionChanged.method, look);
    void connection.sendRequest<SessionStatus>(methods.sessionStatus.method, {}).then(look);
  });
  await isIdle;
  await connection.sendRequest(methods.sessionStop.method, {});
  await ended;
  expect(unreadable).toEqual([]);
  expect(existsSync(join(folder, "printed"))).toBe(true);
});
