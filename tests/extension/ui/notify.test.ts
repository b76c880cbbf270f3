import { beforeEach, expect, test } from "vitest";
import {
  confirm,
  showError,
  showFailure,
  showHint,
  showInformation,
  showWarning,
  ShownError,
} from "../../../extension/src/ui/notify";
import { choice, executedCommands, shownMessages } from "../fakes/vscode";

beforeEach(() => {
  shownMessages.length = 0;
  executedCommands.length = 0;
});

const hostile = "a[x](command:quit)\u202e$(bug)\nb";

test.each([
  ["an error", showError],
  ["a warning", showWarning],
  ["information", showInformation],
  ["a hint", showHint],
])("%s shows text of others as text", async (_, show) => {
  await show(hostile);
  const [{ text } = { text: "" }] = shownMessages;
  expect(text).toMatch(/^WhiskerToolbox: a\[x\]/);
  expect(text).not.toMatch(/\u202e|\n/);
  expect(text.includes("](") && text.includes("$(")).toBe(false);
});

test("a question shows text of others as text, and says whether the action was chosen", async () => {
  const ask = () => confirm({ question: `Delete "${hostile}"?`, detail: hostile, action: "Delete" });
  expect(await ask()).toBe(false);
  expect(JSON.stringify(shownMessages)).not.toMatch(/\u202e|\\n|\]\(command:quit\)\\u/);
  choice.next = "Delete";
  expect(await ask()).toBe(true);
});

test("the chosen button's command is carried out", async () => {
  choice.next = "Show Log";
  await showWarning("the load had warnings.", "Show Log");
  expect(executedCommands).toEqual(["whiskertoolbox.showLog"]);
});

test("a failure that was shown is not shown again", () => {
  showFailure(new ShownError("no Python"));
  expect(shownMessages).toEqual([]);
  showFailure(new Error("the disk is full"));
  expect(shownMessages.map(({ text }) => text)).toEqual(["WhiskerToolbox: the disk is full"]);
});
