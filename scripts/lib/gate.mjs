// The only way to a served editor: a port of this machine that asks for a token, before a socket file that only its
// owner can open. Without it every user of the machine could run code as the person who typed `npm start`.

import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { pipeline } from "node:stream";

const REFUSAL = "Open the address that npm start printed: it ends in a token that belongs to this editor.\n";
const CONNECTIONS = 256;
const LIMITS = { maxHeaderSize: 16_384, headersTimeout: 15_000, connectionsCheckingInterval: 5_000 };
/** Headers that belong to one connection, or that nobody behind the gate has to see. */
const NOT_FORWARDED = new Set(["cookie", "expect", "keep-alive", "proxy-connection"]);

/**
 * Listen on 127.0.0.1:port (0: any). `address(query)` is what opens the editor; it ends in the token.
 *
 * A browser sends a cookie to all ports of a host, whosever they are. So the editor stands below a path that nobody
 * can guess, and the cookie is for that path alone.
 */
export async function openGate({ socket, port }) {
  const gate = { socket, token: secret(), path: `/${secret()}`, name: "whiskertoolbox" };
  const server = createServer(LIMITS, (incoming, answer) => {
    answer.on("error", () => incoming.destroy());
    try {
      respond(gate, incoming, answer);
    } catch (error) {
      refuse(answer, 400, `This request cannot be passed on: ${error.message}\n`);
    }
  });
  server.maxConnections = CONNECTIONS;
  server.on("upgrade", (incoming, client, head) => {
    client.on("error", () => client.destroy()); // from now on the connection is ours, and so are its errors
    try {
      upgrade(gate, incoming, client, head);
    } catch {
      refuseUpgrade(client, "400 Bad Request");
    }
  });
  server.on("connect", (_incoming, client) => {
    client.on("error", () => client.destroy());
    refuseUpgrade(client, "405 Method Not Allowed");
  });
  server.on("clientError", (_error, client) => client.destroy());
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const place = `http://127.0.0.1:${server.address().port}${gate.path}/`;
  const address = (query) => `${place}?${new URLSearchParams({ ...query, token: gate.token })}`;
  return { server, address };
}

function respond(gate, incoming, answer) {
  const inside = pathInside(gate, incoming.url);
  if (inside === undefined || isForeign(incoming.headers)) {
    refuse(answer, 403, REFUSAL);
    return;
  }
  const [path, query] = parted(inside);
  const given = new URLSearchParams(query);
  const token = given.get("token");
  if (token !== null && isSame(token, gate.token)) {
    given.delete("token"); // it must not stay in the history or in links
    const cookie = `${gate.name}=${gate.token}; HttpOnly; SameSite=Strict; Path=${gate.path}/`;
    const rest = given.size > 0 ? `?${given}` : "";
    answer.writeHead(302, { ...CLOSED, "set-cookie": cookie, location: `${gate.path}${path}${rest}` }).end();
  } else if (!holdsToken(gate, incoming)) {
    refuse(answer, 403, REFUSAL);
  } else if (isProxy(path)) {
    refuse(answer, 404, "The editor passes nothing on to other ports of this machine.\n");
  } else {
    pass(gate, incoming, answer, inside);
  }
}

const CLOSED = { connection: "close", "referrer-policy": "no-referrer", "cache-control": "no-store" };

function refuse(answer, status, text) {
  if (answer.headersSent) answer.destroy();
  else answer.writeHead(status, { ...CLOSED, "content-type": "text/plain" }).end(text);
}

/** The editor's own name for what is asked for, or undefined when that is not below the gate's path. */
function pathInside({ path }, url) {
  const start = `${path}/`;
  return isSame(url.slice(0, start.length), start) ? url.slice(path.length) : undefined;
}

function parted(url) {
  const mark = url.indexOf("?");
  return mark === -1 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)];
}

/** code-server would pass these paths on to any port of this machine, as whoever it serves. */
function isProxy(path) {
  return /^\/+(abs)?proxy(\/|$)/i.test(decodeURI(path));
}

/**
 * A page of another site, or of another server of this machine, says where it is from. Behind a tunnel the port is
 * another one, so only the name is given: a name of this machine, which no other site has.
 */
function isForeign({ host, origin }) {
  if (host !== undefined && !/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)) return true;
  return origin !== undefined && origin !== `http://${host}`;
}

function holdsToken({ name, token }, { headers }) {
  return cookiesOf(headers).some((cookie) => isSame(cookie, `${name}=${token}`));
}

function cookiesOf(headers) {
  return (headers.cookie ?? "").split(";").map((cookie) => cookie.trim());
}

function isSame(given, expected) {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function secret() {
  return randomBytes(24).toString("hex");
}

/** What is passed on: everything but the token, which is nobody's business behind the gate. */
function headersFor(gate, incoming) {
  const kept = Object.entries(incoming.headers).filter(([name]) => !NOT_FORWARDED.has(name));
  const cookies = cookiesOf(incoming.headers).filter(
    (cookie) => cookie !== "" && !cookie.startsWith(`${gate.name}=`),
  );
  return { ...Object.fromEntries(kept), ...(cookies.length > 0 && { cookie: cookies.join("; ") }) };
}

function pass(gate, incoming, answer, path) {
  const headers = headersFor(gate, incoming);
  const outgoing = request({ socketPath: gate.socket, method: incoming.method, path, headers }, (reply) => {
    try {
      answer.writeHead(reply.statusCode, reply.rawHeaders);
    } catch (error) {
      reply.destroy();
      refuse(answer, 502, `The editor's answer cannot be passed on: ${error.message}\n`);
      return;
    }
    pipeline(reply, answer, () => undefined); // an end in the middle ends the other side too
  });
  outgoing.on("error", (error) => refuse(answer, 502, `The editor does not answer: ${error.message}\n`));
  answer.once("close", () => outgoing.destroy());
  pipeline(incoming, outgoing, () => undefined);
}

function upgrade(gate, incoming, client, head) {
  const path = pathInside(gate, incoming.url);
  // A browser names the page that opens a web socket; who names none is not a browser, and has no cookie by accident.
  if (path === undefined || isForeign(incoming.headers) || !holdsToken(gate, incoming)) {
    refuseUpgrade(client, "403 Forbidden");
  } else if (isProxy(parted(path)[0]) || incoming.headers.upgrade.toLowerCase() !== "websocket") {
    refuseUpgrade(client, "404 Not Found");
  } else {
    passUpgrade(gate, incoming, client, head, path);
  }
}

function refuseUpgrade(client, status) {
  // Nobody else bounds how long such a connection stays: one whose other side goes on would keep its place for ever.
  client.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => client.destroy());
}

function passUpgrade(gate, incoming, client, head, path) {
  const editor = connect(gate.socket);
  const headers = Object.entries(headersFor(gate, incoming)).map(([name, value]) => `${name}: ${value}\r\n`);
  editor.on("error", () => client.destroy());
  client.once("close", () => editor.destroy());
  editor.write(`${incoming.method} ${path} HTTP/1.1\r\n${headers.join("")}\r\n`);
  editor.write(head);
  pipeline(client, editor, client, () => undefined);
}
