import { beforeEach, expect, test } from "vitest";
import { InputBoxValidationSeverity } from "vscode";
import { askText } from "../../../extension/src/ui/ask";
import { asked, typed } from "../fakes/vscode";

/** VS Code makes a link of this wherever it makes links, which runs the command. */
const hostile = "[click](command:workbench.action.quit)\u202e\nmore";

beforeEach(() => {
  typed.length = 0;
  asked.length = 0;
});

test("what stands above, in and below a box for text is text", async () => {
  typed.push("typed");
  expect(
    await askText({
      title: hostile,
      prompt: hostile,
      placeHolder: hostile,
      value: hostile,
      validateInput: () => hostile,
    }),
  ).toBe("typed");
  const [box] = asked as { title: string; prompt: string; placeHolder: string; value: string }[];
  expect(box).toMatchObject({ value: hostile }); // which the user changes as it is
  const said = asked[0]?.validateInput?.("x");
  for (const text of [box?.title, box?.prompt, box?.placeHolder, said]) {
    expect(text).not.toMatch(/[\n\u202e]/);
  }
  for (const text of [box?.prompt, said]) {
    expect(text).not.toContain("](command:");
  }
});

test("a remark keeps its severity, and no remark is none", () => {
  void askText({
    validateInput: (text) =>
      text === "" ? undefined : { message: hostile, severity: InputBoxValidationSeverity.Warning },
  });
  const validate = asked[0]?.validateInput;
  expect(validate?.("")).toBeUndefined();
  expect(validate?.("x")).toMatchObject({
    severity: 2,
    message: expect.not.stringContaining("](") as string,
  });
});
