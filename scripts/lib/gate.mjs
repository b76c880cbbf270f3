// The only way to a served editor: a port of this machine that asks for a token, before a socket file that only its
// owner can open. Without it every user of the machine could run code as the person who typed `npm start`.

import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, request } from "node:http";
import { connect } from "node:net";

const REFUSAL = "Open the address that npm start printed: it ends in a token that belongs to this editor.\n";

/** Listen on 127.0.0.1:port (0: any); answers the server and the token that opens it. */
export async function openGate({ socket, port }) {
  const token = randomBytes(24).toString("hex");
  const server = createServer((incoming, answer) => {
    const url = new URL(incoming.url, "http://gate");
    if (isSame(url.searchParams.get("token"), token)) {
      url.searchParams.delete("token"); // it must not stay in the history or in links
      const cookie = `${cookieName(server)}=${token}; HttpOnly; SameSite=Strict; Path=/`;
      answer.writeHead(302, { "set-cookie": cookie, location: `${url.pathname}${url.search}` }).end();
    } else if (holdsToken(incoming, server, token)) {
      pass(incoming, answer, socket);
    } else {
      answer.writeHead(403, { "content-type": "text/plain" }).end(REFUSAL);
    }
  });
  server.on("upgrade", (incoming, client, head) => {
    if (holdsToken(incoming, server, token)) passUpgrade(incoming, client, head, socket);
    else client.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return { server, token, port: server.address().port };
}

/** Cookies are shared by all ports of a host: the name tells two editors of one machine apart. */
function cookieName(server) {
  return `whiskertoolbox-${server.address().port}`;
}

function holdsToken(incoming, server, token) {
  const cookies = (incoming.headers.cookie ?? "").split(";").map((cookie) => cookie.trim().split("="));
  return cookies.some(([name, value]) => name === cookieName(server) && isSame(value, token));
}

function isSame(given, token) {
  const [a, b] = [Buffer.from(given ?? ""), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function pass(incoming, answer, socketPath) {
  const { method, url: path, headers } = incoming;
  const outgoing = request({ socketPath, method, path, headers }, (reply) => {
    answer.writeHead(reply.statusCode, reply.rawHeaders);
    reply.pipe(answer);
  });
  outgoing.once("error", (error) => {
    if (!answer.headersSent) answer.writeHead(502, { "content-type": "text/plain" });
    answer.end(`The editor does not answer: ${error.message}\n`);
  });
  answer.once("close", () => outgoing.destroy());
  incoming.pipe(outgoing);
}

function passUpgrade(incoming, client, head, socketPath) {
  const editor = connect(socketPath, () => {
    const headers = [];
    for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
      headers.push(`${incoming.rawHeaders[i]}: ${incoming.rawHeaders[i + 1]}`);
    }
    editor.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
    editor.write(head);
    client.pipe(editor).pipe(client);
  });
  for (const [one, other] of [
    [client, editor],
    [editor, client],
  ]) {
    one.once("error", () => other.destroy());
    one.once("close", () => other.destroy());
  }
}
