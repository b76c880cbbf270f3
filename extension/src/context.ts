// What every feature is given, and nothing a feature could keep state in.

import { commands, type LogOutputChannel } from "vscode";
import type { Daemon } from "./daemon/client";
import { showFailure } from "./ui/notify";
import type { Owned } from "./owned";

export type Context = {
  readonly daemon: Daemon;
  readonly log: LogOutputChannel;
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
