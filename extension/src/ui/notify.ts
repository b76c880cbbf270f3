// Notifications with buttons that do something.

import { commands, window } from "vscode";

/** The text of anything that was thrown, for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A failure that the user has been shown, with better buttons than whoever catches it could offer. */
export class ShownError extends Error {}

/** What a notification's button does. */
const actions = {
  "Show Log": "whiskertoolbox.showLog",
  "Show Details": "whiskertoolbox.showLog",
  "Select Interpreter…": "whiskertoolbox.selectInterpreter",
  "Install NumPy": "whiskertoolbox.installNumpy",
  "Restart Interpreter": "whiskertoolbox.restartInterpreter",
  "Restart Session": "whiskertoolbox.restartDaemon",
} as const;

export type Action = keyof typeof actions;

/** Show an error with buttons; does what the chosen one says. */
export async function showError(message: string, ...buttons: readonly Action[]): Promise<void> {
  await follow(window.showErrorMessage(`WhiskerToolbox: ${message}`, ...buttons));
}

/** Show a warning with buttons; does what the chosen one says. */
export async function showWarning(message: string, ...buttons: readonly Action[]): Promise<void> {
  await follow(window.showWarningMessage(`WhiskerToolbox: ${message}`, ...buttons));
}

async function follow(choice: Thenable<Action | undefined>): Promise<void> {
  const chosen = await choice;
  if (chosen !== undefined) {
    await commands.executeCommand(actions[chosen]);
  }
}

/** Show what was thrown, unless it has been shown. */
export function showFailure(error: unknown, ...buttons: readonly Action[]): void {
  if (!(error instanceof ShownError)) {
    void showError(messageOf(error), ...buttons);
  }
}
