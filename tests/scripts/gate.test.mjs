// The gate in front of a served editor, with a small server in the editor's place.

import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openGate } from "../../scripts/lib/gate.mjs";

let folder;
let editor;
let gate;
let address;
/** What the editor has been asked for, with the headers. */
let asked;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gate-"));
  const socket = join(folder, "editor.sock");
  asked = [];
  editor = createServer((incoming, answer) => {
    asked.push(incoming);
    if (incoming.url === "/breaks-off") {
      answer.writeHead(200, { "content-length": "100" });
      answer.write("the beginning", () => answer.destroy());
    } else {
      answer.end(`editor saw ${incoming.url}`);
    }
  });
  editor.on("upgrade", (incoming, client) => {
    asked.push(incoming);
    client.on("error", () => undefined);
    client.write(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello",
    );
  });
  await new Promise((resolve) => editor.listen(socket, resolve));
  gate = await openGate({ socket, port: 0 });
  address = new URL(gate.address({ folder: "/demo" }));
});

afterEach(() => {
  gate.server.close();
  gate.server.closeAllConnections();
  editor.close();
  editor.closeAllConnections();
  rmSync(folder, { recursive: true });
});

function ask(path, headers = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port: address.port, path, headers }, (reply) => {
      let body = "";
      reply.setEncoding("utf8").on("data", (text) => (body += text));
      reply.on("end", () => resolve({ status: reply.statusCode, headers: reply.headers, body }));
      reply.on("error", reject);
    });
    outgoing.once("upgrade", (reply, client) => {
      client.destroy();
      resolve({ status: reply.statusCode });
    });
    outgoing.once("error", reject);
    outgoing.end();
  });
}

/** The bytes that come back for bytes that no HTTP client would send. */
async function say(text) {
  const client = connect(address.port, "127.0.0.1");
  client.on("error", () => undefined);
  client.write(text);
  let answer = "";
  client.setEncoding("latin1").on("data", (data) => (answer += data));
  await closed(client);
  return answer;
}

/** Unlike `once`, it does not take a reset for a failure. */
function closed(client) {
  return new Promise((resolve) => client.once("close", resolve));
}

function inside(path) {
  return `${address.pathname}${path}`;
}

async function cookie() {
  const answer = await ask(`${address.pathname}${address.search}`);
  return answer.headers["set-cookie"][0].split(";")[0];
}

test("the printed address opens the editor and leaves no token in the address bar", async () => {
  const answer = await ask(`${address.pathname}${address.search}`);
  expect(answer.status).toBe(302);
  expect(answer.headers.location).toBe(inside("?folder=%2Fdemo"));
});

test("who has opened the printed address reaches the editor", async () => {
  const answer = await ask(inside("static/a.js?b=1"), { cookie: `other=1; ${await cookie()}` });
  expect(answer.body).toBe("editor saw /static/a.js?b=1");
});

test("the cookie is for a path that nobody can guess, so that no other port of this machine is sent it", async () => {
  const answer = await ask(`${address.pathname}${address.search}`);
  expect(address.pathname).toMatch(/^\/[0-9a-f]{48}\/$/);
  expect(answer.headers["set-cookie"][0]).toContain(`; HttpOnly; SameSite=Strict; Path=${address.pathname}`);
});

test("the token stays at the gate: the editor sees only other cookies", async () => {
  await ask(inside("a"), { cookie: `one=1; ${await cookie()}; two=2` });
  await ask(inside("b"), { ...upgrade, cookie: `one=1; ${await cookie()}` });
  await ask(inside("c"), { cookie: await cookie() });
  expect(asked.map((incoming) => incoming.headers.cookie)).toEqual(["one=1; two=2", "one=1", undefined]);
});

test("without the token a page is refused", async () => {
  expect((await ask("/")).status).toBe(403);
  expect((await ask(inside(""))).status).toBe(403);
});

test("with a wrong token a page is refused", async () => {
  const token = "0".repeat(address.searchParams.get("token").length);
  expect((await ask(inside(`?token=${token}`))).status).toBe(403);
});

const upgrade = { connection: "Upgrade", upgrade: "websocket" };

test("without the token a web socket is refused", async () => {
  expect((await ask(inside(""), upgrade)).status).toBe(403);
});

test("with the token a web socket reaches the editor", async () => {
  expect((await ask(inside(""), { ...upgrade, cookie: await cookie() })).status).toBe(101);
});

test("a web socket's bytes go both ways", async () => {
  const client = connect(address.port, "127.0.0.1").setEncoding("latin1");
  client.write(
    `GET ${inside("")} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nCookie: ${await cookie()}\r\n\r\n`,
  );
  let got = "";
  for await (const text of client) {
    got += text;
    if (got.endsWith("hello")) break;
  }
  expect(got).toContain("101 Switching Protocols");
});

test.each([["http://elsewhere.example"], ["http://127.0.0.1:1"], ["null"]])(
  "a page of %s is refused, also with the token",
  async (origin) => {
    const headers = { origin, cookie: await cookie() };
    expect((await ask(inside(""), headers)).status).toBe(403);
    expect((await ask(inside(""), { ...headers, ...upgrade })).status).toBe(403);
  },
);

test("a site whose name was made to lead here is refused, also with the token", async () => {
  const headers = { host: "elsewhere.example", cookie: await cookie() };
  expect((await ask(inside(""), headers)).status).toBe(403);
});

test("a tunnel may end at another port of the person's own machine", async () => {
  const headers = { host: "localhost:9999", origin: "http://localhost:9999", cookie: await cookie() };
  expect((await ask(inside(""), headers)).status).toBe(200);
});

test.each([["proxy/8000/"], ["absproxy/8000/"], ["PROXY/8000"], ["%70roxy/8000/"], ["/proxy/8000/"]])(
  "the editor's own way to other ports is shut: %s",
  async (path) => {
    const headers = { cookie: await cookie() };
    expect((await ask(inside(path), headers)).status).toBe(404);
    expect((await ask(inside(path), { ...headers, ...upgrade })).status).toBe(404);
    expect(asked).toEqual([]);
  },
);

test.each([
  ["a target of two slashes", "GET // HTTP/1.1\r\nHost: x\r\n\r\n"],
  ["a target without a host", "GET http:// HTTP/1.1\r\nHost: x\r\n\r\n"],
  ["malformed escapes", "GET /%zz?token=%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"],
  ["a target that is a star", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"],
  ["a request for a tunnel", "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n"],
  [
    "an upgrade of nothing",
    "GET // HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  ],
  ["the beginning of TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc"],
  ["a line that is no request", "no request at all\r\n\r\n"],
  ["headers without end", `GET / HTTP/1.1\r\nHost: x\r\nLong: ${"x".repeat(100_000)}\r\n\r\n`],
])("the gate stands after %s", async (_title, text) => {
  expect(await say(text)).not.toMatch(/^HTTP\/1.1 [123]/);
  expect((await ask(inside(""), { cookie: await cookie() })).status).toBe(200);
});

test.each([["%zz"], ["%c0%af"], ["proxy%"]])(
  "the gate stands after a malformed path with the token: %s",
  async (path) => {
    const headers = { cookie: await cookie() };
    await ask(inside(path), headers);
    await ask(inside(path), { ...headers, ...upgrade }).catch(() => undefined);
    expect((await ask(inside(""), headers)).status).toBe(200);
  },
);

test.each([["without"], ["with"]])(
  "the gate stands when web sockets %s the token are reset",
  async (kind) => {
    const headers = kind === "with" ? `Cookie: ${await cookie()}\r\n` : "";
    for (let i = 0; i < 20; i++) {
      const client = connect(address.port, "127.0.0.1");
      client.on("error", () => undefined);
      await once(client, "connect");
      client.write(
        `GET ${inside("")} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers}\r\n`,
        () => client.resetAndDestroy(),
      );
      await closed(client);
    }
    expect((await ask(inside(""), { cookie: await cookie() })).status).toBe(200);
  },
);

test("an editor that breaks off its answer breaks off that answer only", async () => {
  const headers = { cookie: await cookie() };
  await expect(ask(inside("breaks-off"), headers)).rejects.toThrow();
  expect((await ask(inside(""), headers)).status).toBe(200);
});

test("an editor that is gone is an answer, not the end of the gate", async () => {
  const headers = { cookie: await cookie() };
  editor.close();
  editor.closeAllConnections();
  await once(editor, "close");
  expect((await ask(inside(""), headers)).status).toBe(502);
  await ask(inside(""), { ...headers, ...upgrade }).catch(() => undefined);
  expect((await ask(inside(""), headers)).status).toBe(502);
});

test("headers and connections are bounded", () => {
  expect(gate.server.maxConnections).toBeLessThanOrEqual(256);
  expect(gate.server.headersTimeout).toBeLessThanOrEqual(15_000);
});

test.each([
  ["a page", "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"],
  ["a web socket", "GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"],
  ["a tunnel", "CONNECT a:1 HTTP/1.1\r\nHost: localhost\r\n\r\n"],
])("who is refused %s keeps no connection, also without an end of his own", async (_what, text) => {
  const accepted = once(gate.server, "connection");
  const client = connect({ port: address.port, host: "127.0.0.1", allowHalfOpen: true });
  client.on("error", () => undefined);
  client.write(text);
  const [connection] = await accepted;
  await closed(connection);
  client.destroy();
});
