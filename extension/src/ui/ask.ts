// Boxes for text. VS Code makes links, also of commands, in what stands below them, which may quote files.

import { window, type InputBoxOptions, type InputBoxValidationMessage } from "vscode";
import { notificationText, plainText } from "./text";

/** Let a text be typed; undefined when the user leaves the box. What the options say may quote anything. */
export function askText(
  options: Omit<InputBoxOptions, "validateInput"> & {
    /** What is wrong with a text, or to be said of it; undefined when nothing is. */
    readonly validateInput?: (text: string) => string | InputBoxValidationMessage | undefined;
  },
): Thenable<string | undefined> {
  const { title, prompt, placeHolder, validateInput, ...others } = options;
  return window.showInputBox({
    ...others,
    ...(title === undefined ? {} : { title: plainText(title) }),
    ...(prompt === undefined ? {} : { prompt: notificationText(prompt) }),
    ...(placeHolder === undefined ? {} : { placeHolder: plainText(placeHolder) }),
    ...(validateInput === undefined ? {} : { validateInput: (text: string) => shown(validateInput(text)) }),
  });
}

function shown(said: string | InputBoxValidationMessage | undefined): typeof said {
  return typeof said === "object"
    ? { ...said, message: notificationText(said.message) }
    : said && notificationText(said);
}
