// VS Code's client library on the daemon's pipes. The library is most of the extension's code, and loading it takes as
// long as everything else at the start: this file is imported when there is a process to speak with. It is bundled apart
// from all others, and so imports none of them.

import type { ChildProcess } from "node:child_process";
import type { LogOutputChannel } from "vscode";
import { CloseAction, ErrorAction, LanguageClient } from "vscode-languageclient/node";

export function makeClient(
  released: () => ChildProcess,
  options: {
    readonly log: LogOutputChannel;
    /** Which files the daemon looks at, beside Python. */
    readonly files: string;
    /** What the daemon is told of the editor. */
    readonly about: Readonly<Record<string, unknown>>;
    /** The connection has ended by itself. */
    readonly closed: () => void;
  },
): LanguageClient {
  return new LanguageClient("whiskertoolbox", "WhiskerToolbox", () => Promise.resolve(released()), {
    documentSelector: [{ language: "python" }, { scheme: "file", pattern: options.files }],
    initializationOptions: options.about,
    outputChannel: options.log,
    stdioOptions: { stdout: ignore, stderr: ignore },
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        options.closed();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
  });
}

function ignore(): void {
  // stdout carries the protocol and is read by the client itself, stderr is read already
}
