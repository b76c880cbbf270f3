import { expect, test } from "vitest";
import { summarizeLoad } from "../../../../extension/src/features/load/model";

const failure = (key: string) => ({ key, file: `/data/${key}.csv`, reason: "the file does not exist" });

test("a load without trouble says how much it made", () => {
  const { message, details } = summarizeLoad("rec.json", { made: ["a", "b"], failures: [], warnings: [] });
  expect(message).toBe("2 keys loaded from rec.json.");
  expect(details).toEqual([]);
});

test("failures are one message that names the first, and a line each in the log", () => {
  const result = { made: ["a"], failures: [failure("lfp"), failure("licks")], warnings: [] };
  const { message, details } = summarizeLoad("rec.json", result);
  expect(message).toBe('1 key loaded from rec.json, 2 failed. "lfp": the file does not exist and 1 more');
  expect(details).toHaveLength(2);
  expect(details[1]).toContain("/data/licks.csv");
});

test("warnings are counted and logged", () => {
  const { message, details } = summarizeLoad("rec.json", {
    made: ["a"],
    failures: [],
    warnings: ["odd column"],
  });
  expect(message).toBe("1 key loaded from rec.json, with 1 warning.");
  expect(details).toEqual(["rec.json: odd column"]);
});
