import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PlotStore, type Plot } from "../../../../extension/src/features/plots/store";

const about: Omit<Plot, "number" | "size"> = {
  type: "png",
  width: 640,
  time: 1,
  figure: "f1",
  interpreter: 7,
  code: "plt.plot(x)",
};
let folder: string;
const opened = (): PlotStore => new PlotStore(join(folder, "plots"));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plots-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("plots are there again, newest first, when the window is", async () => {
  const store = opened();
  await store.add(Buffer.from("one"), about);
  await store.add(Buffer.from("two"), { ...about, type: "svg", code: "second" });
  const [newest, oldest, ...others] = await opened().list();
  expect(others).toEqual([]);
  expect(newest).toEqual({ ...about, number: 2, size: 3, type: "svg", code: "second" });
  expect(oldest).toEqual({ ...about, number: 1, size: 3 });
  expect(readFileSync(join(store.folder, "2.svg"), "utf8")).toBe("two");
});

test("two hundred are kept, and no file of the others", async () => {
  const store = opened();
  await Promise.all(Array.from({ length: 203 }, () => store.add(Buffer.from("x"), about)));
  const numbers = (await store.list()).map(({ number }) => number);
  expect(numbers).toEqual(Array.from({ length: 200 }, (_, index) => 203 - index));
  expect(readdirSync(store.folder)).toHaveLength(400);
});

test("a deleted plot leaves no file, and its number is not given again", async () => {
  const store = opened();
  await store.add(Buffer.from("x"), about);
  const newest = await store.add(Buffer.from("y"), about);
  await store.delete([newest]);
  expect(readdirSync(store.folder).toSorted()).toEqual(["1.json", "1.png"]);
  expect(await store.add(Buffer.from("z"), about)).toBe(3);
});

test("what was torn or is not ours is left out", async () => {
  const store = opened();
  await store.add(Buffer.from("x"), about);
  writeFileSync(join(store.folder, "2.json"), '{"number": 2, "co');
  writeFileSync(join(store.folder, "3.json"), JSON.stringify({ ...about, number: "../3" }));
  writeFileSync(join(store.folder, "4.json"), "null");
  expect((await opened().list()).map(({ number }) => number)).toEqual([1]);
});

test("after one that could not be written, later plots are kept again", async () => {
  writeFileSync(join(folder, "plots"), "a file in the way");
  const store = opened();
  await expect(store.add(Buffer.from("x"), about)).rejects.toThrow();
  rmSync(join(folder, "plots"));
  await store.add(Buffer.from("x"), about);
  expect(await store.list()).toHaveLength(1);
});

test.skipIf(process.platform === "win32")("other users of the machine see nothing of them", async () => {
  const store = opened();
  await store.add(Buffer.from("x"), about);
  const rights = (path: string): number => statSync(path).mode & 0o777;
  expect(rights(store.folder)).toBe(0o700);
  expect(readdirSync(store.folder).map((name) => rights(join(store.folder, name)))).toEqual([0o600, 0o600]);
});
