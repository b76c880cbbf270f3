// What every feature is given, and nothing a feature could keep state in.

import { commands, type LogOutputChannel, type Memento, type Uri } from "vscode";
import type { Daemon } from "./daemon/client";
import { showFailure } from "./ui/notify";
import type { Owned } from "./owned";

export type Context = {
  readonly daemon: Daemon;
  readonly log: LogOutputChannel;
  /** Folder for what is kept of this workspace, besides its session; it may not exist yet. */
  readonly storage: Uri;
  /** Small things that are remembered of this workspace. */
  readonly memory: Memento;
  /** Where the extension is installed. */
  readonly extensionUri: Uri;
  /** Disposed of when the extension is deactivated. */
  readonly subscriptions: Owned[];
};

/** Register a command; what it throws is shown, and goes to the log with its stack. */
export function registerCommand(
  ctx: Context,
  id: `whiskertoolbox.${string}`,
  run: (...args: never[]) => unknown,
): void {
  const guarded = async (...args: never[]): Promise<void> => {
    try {
      await run(...args);
    } catch (error) {
      ctx.log.error(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      showFailure(error, "Show Log");
    }
  };
  ctx.subscriptions.push(commands.registerCommand(id, guarded));
}
