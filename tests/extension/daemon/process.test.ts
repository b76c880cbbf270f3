// The process between VS Code and the daemon begins and ends as it should.

import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { endIfItStays, released, startProcess } from "../../../extension/src/daemon/process";

const ignore = (): undefined => undefined;
const node = (
  code: string,
  readStderr: (stream: Readable) => void = ignore,
): ReturnType<typeof startProcess> =>
  startProcess({ command: process.execPath, args: ["-e", code], options: {} }, readStderr);

test("a program that is not there is an error", async () => {
  const started = startProcess({ command: "/no/such/python", args: [], options: {} }, ignore);
  await expect(started).rejects.toThrow("ENOENT");
});

test("what a process says that ends before anybody can speak with it is heard, and its end is seen", async () => {
  const message = JSON.stringify({ jsonrpc: "2.0", method: "hello" });
  const said = `Content-Length: ${message.length}\r\n\r\n${message}`;
  let complaint: Promise<string> | undefined;
  const child = await node(
    `process.stdout.write(${JSON.stringify(said)}); console.error("too old")`,
    (stderr) => {
      complaint = text(stderr);
    },
  );
  await once(child, "exit");
  expect(await complaint).toBe("too old\n");
  const { stdout, stdin } = released(child);
  const connection = createMessageConnection(
    new StreamMessageReader(stdout ?? failed()),
    new StreamMessageWriter(stdin ?? failed()),
  );
  const closed = new Promise<void>((close) => connection.onClose(close));
  const greeted = new Promise<void>((greet) => connection.onNotification("hello", greet));
  connection.listen();
  await Promise.all([greeted, closed]);
});

function failed(): never {
  throw new Error("the process has no pipes");
}

test("a process that does not end by itself is ended", async () => {
  const child = await node("setInterval(() => {}, 1000)");
  const ended = once(child, "exit");
  endIfItStays(child, 1);
  expect(await ended).toEqual(process.platform === "win32" ? [1, null] : [null, "SIGKILL"]);
});

test("a process that ends by itself is left to it", async () => {
  const child = await node("process.stdin.once('end', () => process.exit(7)).resume()");
  const ended = once(child, "exit");
  endIfItStays(child, 60_000);
  child.stdin?.end();
  expect(await ended).toEqual([7, null]);
  endIfItStays(child, 1);
});
