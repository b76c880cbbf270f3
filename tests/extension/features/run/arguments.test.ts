// Arguments of a script, by the rules of Python's shlex.

import { describe, expect, test } from "vitest";
import { quoted, splitArguments } from "../../../../extension/src/features/run/arguments";

describe("a line of arguments", () => {
  test.each([
    ["", []],
    ["--trial 3", ["--trial", "3"]],
    ["  a   b ", ["a", "b"]],
    [`"two words" 'and "more"'`, ["two words", 'and "more"']],
    [`--name="a b"c`, ["--name=a bc"]],
    [`a\\ b`, ["a b"]],
    [`"C:\\data\\new" '\\n'`, ["C:\\data\\new", "\\n"]],
    [`"say \\"hi\\""`, ['say "hi"']],
    [`""`, [""]],
  ])("%s", (line, expected) => {
    expect(splitArguments(line)).toEqual(expected);
  });

  test.each(['"open', "'open", "open\\"])("%s is not whole", (line) => {
    expect(splitArguments(line)).toBeUndefined();
  });
});

test("an argument is written so that it is read back", () => {
  const awkward = ["plain", "two words", "it's", '"quoted"', "", "back\\slash", "ä"];
  expect(splitArguments(awkward.map(quoted).join(" "))).toEqual(awkward);
});
