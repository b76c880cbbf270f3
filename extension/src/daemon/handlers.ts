// Handlers of what the daemon says.

import type { LanguageClient } from "vscode-languageclient/node";

export type AnyHandler = (params: unknown) => unknown;

/** The client library knows one handler for a method; here there may be several, and they come and go. */
export function distribute(client: LanguageClient, method: string, handlers: ReadonlySet<AnyHandler>): void {
  client.onNotification(method, (params: unknown) => {
    for (const handler of handlers) {
      handler(params);
    }
  });
}
