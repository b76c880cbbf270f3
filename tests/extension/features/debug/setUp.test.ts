import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SetUp, setUpLimitMs } from "../../../../extension/src/features/debug/setUp";

const never = (): Promise<void> => new Promise(() => undefined);

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("runs that begin together wait for one session", async () => {
  const begin = vi.fn(() => Promise.resolve());
  const setUp = new SetUp(begin, vi.fn());
  await Promise.all([setUp.ready(), setUp.ready()]);
  expect(begin).toHaveBeenCalledTimes(1);
  await setUp.ready();
  expect(begin).toHaveBeenCalledTimes(2);
});

test("what fails is said, and the run goes on", async () => {
  const failed = vi.fn();
  await new SetUp(() => Promise.reject(new Error("no debugpy")), failed).ready();
  expect(failed).toHaveBeenCalledWith(new Error("no debugpy"));
});

test("what hangs is waited for no longer than the limit, said once, and not waited for again", async () => {
  const failed = vi.fn();
  const setUp = new SetUp(never, failed);
  const first = setUp.ready();
  await vi.advanceTimersByTimeAsync(setUpLimitMs);
  await first;
  expect(String(failed.mock.calls[0]?.[0])).toContain("within 30 s");
  await setUp.ready();
  expect(failed).toHaveBeenCalledTimes(1);
});

test("what comes after the limit counts for later runs", async () => {
  let comes: () => void = () => undefined;
  const begin = vi.fn(() => new Promise<void>((resolve) => (comes = resolve)));
  const setUp = new SetUp(begin, vi.fn());
  const first = setUp.ready();
  await vi.advanceTimersByTimeAsync(setUpLimitMs);
  await first;
  comes();
  await vi.advanceTimersByTimeAsync(0);
  const next = setUp.ready();
  comes();
  await next;
  expect(begin).toHaveBeenCalledTimes(2);
});
