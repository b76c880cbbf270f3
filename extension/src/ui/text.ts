// How things are written for people, and how text that is not ours (of a file, a key, an environment, user code) stays
// text: VS Code makes links, icons and formatting out of it wherever it can. Pure.

/** Control characters, line and paragraph separators, halves of surrogate pairs, and what reverses or hides text. */
const invisible =
  /[\p{Cc}\p{Cs}\u061c\u115f-\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e0fff}]/gu;

/** One line of at most `limit` characters; what cannot be seen, or moves what is around it, is written as `\u{…}`. */
export function plainText(text: string, limit = 1000): string {
  // No more is looked at than can be shown: text of user code may have any length.
  const looked = text.slice(0, 4 * limit);
  const line = looked
    .replace(/[\s\u2028\u2029]+/g, " ")
    .trim()
    .replace(invisible, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  const characters = Array.from(line);
  return characters.length <= limit && looked.length === text.length
    ? line
    : `${characters.slice(0, limit - 1).join("")}…`;
}

/** Text for a notification, where VS Code would make a link, or a button, of `[label](command:…)`. */
export function notificationText(text: string, limit = 1000): string {
  return plainText(text.replaceAll("](", "] ("), limit);
}

/** Text for Markdown, which then shows it as it is: no formatting, no link, no picture, no HTML. */
export function markdownText(text: string, limit = 1000): string {
  return (
    plainText(text, limit)
      .replace(/[\\`*_{}[\]()#+\-!|<>~&$=:.@"']/g, (character) => `&#${character.charCodeAt(0)};`)
      // A number at the beginning would begin a list.
      .replace(/^\d/, (digit) => `&#${digit.charCodeAt(0)};`)
  );
}

/** Text for a label in which VS Code draws an icon for `$(name)`. */
export function labelText(text: string, limit = 200): string {
  return plainText(text.replaceAll("$(", "$ ("), limit);
}

/** What people call a Python: its version, and its environment's name where that says more. */
export function interpreterName(name: string, version: string): string {
  if (version === "") {
    return name; // it did not get so far as to say which Python it is
  }
  return name.includes(version) || name === "" ? `Python ${version}` : `Python ${version} (${name})`;
}
