// Messages to the user. All of them are shown from here (a lint rule sees to it), as they may quote files and user code.

import { commands, window } from "vscode";
import { labelText, notificationText, plainText } from "./text";

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
  "Get Python": "whiskertoolbox.getPython",
  "Install NumPy": "whiskertoolbox.installNumpy",
  "Restart Interpreter": "whiskertoolbox.restartInterpreter",
  "Restart Session": "whiskertoolbox.restartDaemon",
} as const;

export type Action = keyof typeof actions;

/** Show an error with buttons; does what the chosen one says. */
export async function showError(message: string, ...buttons: readonly Action[]): Promise<void> {
  await follow(window.showErrorMessage(worded(message), ...buttons));
}

/** Show a warning with buttons; does what the chosen one says. */
export async function showWarning(message: string, ...buttons: readonly Action[]): Promise<void> {
  await follow(window.showWarningMessage(worded(message), ...buttons));
}

/** Show that something went well. */
export async function showInformation(message: string, ...buttons: readonly Action[]): Promise<void> {
  await follow(window.showInformationMessage(worded(message), ...buttons));
}

/** Show a message with one button of its own; does the work if it is chosen. */
export async function offer(message: string, button: string, work: () => Promise<void>): Promise<void> {
  const label = labelText(button, 60);
  if ((await window.showInformationMessage(worded(message), label)) === label) {
    await work();
  }
}

/** Show in the status bar, for a moment, why nothing happened. */
export function showHint(message: string): void {
  window.setStatusBarMessage(labelText(`WhiskerToolbox: ${message}`), 3000);
}

/** Ask before something that cannot be undone; `action` is the button that does it. */
export async function confirm(options: {
  readonly question: string;
  readonly detail: string;
  readonly action: string;
}): Promise<boolean> {
  const { question, detail, action } = options;
  const modal = { modal: true, detail: plainText(detail) };
  return (await window.showWarningMessage(notificationText(question), modal, action)) === action;
}

/** Ask before something that needs a decision; undefined when the user leaves it all as it is. */
export async function choose<Answer extends string>(options: {
  readonly question: string;
  readonly detail: string;
  readonly answers: readonly Answer[];
}): Promise<Answer | undefined> {
  const { question, detail, answers } = options;
  const modal = { modal: true, detail: plainText(detail, 2000) };
  return window.showInformationMessage(notificationText(question), modal, ...answers);
}

function worded(message: string): string {
  return notificationText(`WhiskerToolbox: ${message}`);
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
