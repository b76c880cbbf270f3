// Handlers of what the daemon says. They come and go as features do, whatever client there is.

import type { LanguageClient } from "vscode-languageclient/node";
import type { Owned } from "../owned";
import type { NotificationMethod, RequestMethod } from "../protocol/generated";

type AnyHandler = (params: unknown) => unknown;

export class Handlers {
  readonly #notifications = new Map<string, Set<AnyHandler>>();
  readonly #requests = new Map<string, AnyHandler>();
  #client: LanguageClient | undefined;

  /** Have the client ask these from now on. */
  attach(client: LanguageClient): void {
    this.#client = client;
    for (const [method, handlers] of this.#notifications) {
      distribute(client, method, handlers);
    }
    for (const [method, handler] of this.#requests) {
      client.onRequest(method, handler);
    }
  }

  on<P>(method: NotificationMethod<P>, handler: (params: P) => void): Owned {
    const known = handler as AnyHandler;
    let handlers = this.#notifications.get(method.method);
    if (handlers === undefined) {
      handlers = new Set();
      this.#notifications.set(method.method, handlers);
      if (this.#client !== undefined) {
        distribute(this.#client, method.method, handlers);
      }
    }
    handlers.add(known);
    const added = handlers;
    return { dispose: () => added.delete(known) };
  }

  answer<P, R>(method: RequestMethod<P, R>, handler: (params: P) => Promise<R>): Owned {
    this.#requests.set(method.method, handler as AnyHandler);
    return { dispose: () => this.#requests.delete(method.method) };
  }
}

/** The client library knows one handler for a method; here there may be several. */
function distribute(client: LanguageClient, method: string, handlers: ReadonlySet<AnyHandler>): void {
  client.onNotification(method, (params: unknown) => {
    for (const handler of handlers) {
      handler(params);
    }
  });
}
