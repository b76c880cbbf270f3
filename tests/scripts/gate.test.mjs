// The gate in front of a served editor, with a small server in the editor's place.

import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openGate } from "../../scripts/lib/gate.mjs";

let folder;
let editor;
let gate;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gate-"));
  const socket = join(folder, "editor.sock");
  editor = createServer((incoming, answer) => answer.end(`editor saw ${incoming.url}`));
  editor.on("upgrade", (incoming, client) => client.end("HTTP/1.1 101 Switching Protocols\r\n\r\nhello"));
  await new Promise((resolve) => editor.listen(socket, resolve));
  gate = await openGate({ socket, port: 0 });
});

afterEach(() => {
  gate.server.close();
  editor.close();
  rmSync(folder, { recursive: true });
});

function ask(path, headers = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port: gate.port, path, headers }, (reply) => {
      let body = "";
      reply.setEncoding("utf8").on("data", (text) => (body += text));
      reply.on("end", () => resolve({ status: reply.statusCode, headers: reply.headers, body }));
    });
    outgoing.once("upgrade", (reply) => resolve({ status: reply.statusCode }));
    outgoing.once("error", reject);
    outgoing.end();
  });
}

async function cookie() {
  const answer = await ask(`/?token=${gate.token}`);
  return answer.headers["set-cookie"][0].split(";")[0];
}

test("the printed address opens the editor and leaves no token in the address bar", async () => {
  const answer = await ask(`/?folder=%2Fdemo&token=${gate.token}`);
  expect(answer.status).toBe(302);
  expect(answer.headers.location).toBe("/?folder=%2Fdemo");
});

test("who has opened the printed address reaches the editor", async () => {
  const answer = await ask("/static/a.js?b=1", { cookie: `other=1; ${await cookie()}` });
  expect(answer.body).toBe("editor saw /static/a.js?b=1");
});

test("without the token a page is refused", async () => {
  expect((await ask("/")).status).toBe(403);
});

test("with a wrong token a page is refused", async () => {
  expect((await ask(`/?token=${"0".repeat(gate.token.length)}`)).status).toBe(403);
});

const upgrade = { connection: "Upgrade", upgrade: "websocket" };

test("without the token a web socket is refused", async () => {
  expect((await ask("/", upgrade)).status).toBe(403);
});

test("with the token a web socket reaches the editor", async () => {
  expect((await ask("/", { ...upgrade, cookie: await cookie() })).status).toBe(101);
});
