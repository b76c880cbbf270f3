// Walking through what was typed and run.

import { expect, test } from "vitest";
import { historyLine, InputHistory, parseHistory } from "../../../../extension/src/features/console/history";

test("Up goes back entry by entry, Down comes back to the draft", () => {
  const history = new InputHistory(["first", "second"]);
  expect(history.previous("")).toBe("second");
  expect(history.previous("second")).toBe("first");
  expect(history.previous("first")).toBeUndefined();
  expect(history.next("first")).toBe("second");
  expect(history.next("second")).toBe("");
  expect(history.next("")).toBeUndefined();
});

test("what was typed is searched for as the beginning, and is there again at the end", () => {
  const history = new InputHistory(["angle.mean()", "licks", "angle.max()", "trials"]);
  expect(history.previous("angle")).toBe("angle.max()");
  expect(history.previous("angle.max()")).toBe("angle.mean()");
  expect(history.next("angle.mean()")).toBe("angle.max()");
  expect(history.next("angle.max()")).toBe("angle");
});

test("an entry that was brought back and changed is a new draft", () => {
  const history = new InputHistory(["x = 1", "x = 2"]);
  history.previous("");
  expect(history.next("x = 25")).toBeUndefined();
  expect(history.previous("x = ")).toBe("x = 2");
});

test("the same code run again and again is one entry", () => {
  const history = new InputHistory(["a", "a", "a\n", "  ", "b"]);
  expect(history.entries).toEqual(["a", "b"]);
});

test("thousands of entries are kept, the newest of more", () => {
  const history = new InputHistory(Array.from({ length: 6000 }, (_, index) => `x = ${index}`));
  expect(history.entries.length).toBe(5000);
  expect(history.previous("")).toBe("x = 5999");
});

test("a search lists each entry once, newest first", () => {
  expect(new InputHistory(["a", "b", "a"]).newestFirst()).toEqual(["a", "b"]);
});

test("a file gives back every entry, and leaves out a line that was torn", () => {
  const entries = ["x = 1", "for i in range(3):\n    print('ä', i)"];
  const text = entries.map(historyLine).join("");
  expect(parseHistory(`${text}"torn`)).toEqual(entries);
});
