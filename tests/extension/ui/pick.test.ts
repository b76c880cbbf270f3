import { beforeEach, expect, test } from "vitest";
import { pickName } from "../../../extension/src/ui/pick";
import { asked, typed } from "../fakes/vscode";

const hostile = "a$(bug)\u202e\nb";

beforeEach(() => {
  typed.length = 0;
  asked.length = 0;
});

test("a name that is an icon is shown as text, and given back as it is", async () => {
  typed.push("a$ (bug)\\u{202e} b");
  expect(await pickName(["other", hostile], { title: hostile, placeHolder: hostile })).toBe(hostile);
  expect(JSON.stringify(asked)).not.toMatch(/\u202e|\\n/);
});

test("nothing is given back when nothing is chosen", async () => {
  expect(await pickName(["other"], { title: "Transform", placeHolder: "" })).toBeUndefined();
});
