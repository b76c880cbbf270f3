// Arguments of a script as people write them, by the rules of Python's `shlex`. Pure.

/** The arguments in a line; undefined when a quotation has no end. */
export function splitArguments(line: string): readonly string[] | undefined {
  const found: string[] = [];
  let current: string | undefined;
  let quote: '"' | "'" | undefined;
  const characters = Array.from(line);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? "";
    const next = characters[index + 1];
    if (quote === "'" || (quote === '"' && character !== "\\")) {
      if (character === quote) {
        quote = undefined;
      } else {
        current = (current ?? "") + character;
      }
    } else if (character === "\\") {
      if (next === undefined) {
        return undefined;
      }
      // Between double quotes it stands for itself, unless what follows would mean something there.
      const isEscape = quote === undefined || next === '"' || next === "\\";
      current = (current ?? "") + (isEscape ? next : `\\${next}`);
      index++;
    } else if (character === '"' || character === "'") {
      quote = character;
      current ??= "";
    } else if (/\s/.test(character)) {
      if (current !== undefined) {
        found.push(current);
        current = undefined;
      }
    } else {
      current = (current ?? "") + character;
    }
  }
  if (quote !== undefined) {
    return undefined;
  }
  return current === undefined ? found : [...found, current];
}

/** An argument as it is written so that `splitArguments` gives it back. */
export function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'"'"'`)}'`;
}
