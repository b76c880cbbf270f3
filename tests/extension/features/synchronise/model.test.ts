import { expect, test } from "vitest";
import {
  choices,
  means,
  proposedClock,
  storeCode,
  synchroniseCode,
} from "../../../../extension/src/features/synchronise/model";
import type { DataKey } from "../../../../extension/src/protocol/generated";

const key = (name: string, type: string, timeKey: string): DataKey => ({
  key: name,
  type,
  timeKey,
  size: 3,
  sizeLabel: "3 events",
  numBytes: 24,
  columns: [],
});

const flashes = key("flashes", "DigitalEvent", "camera");
const ttl = key("ttl", "DigitalInterval", "daq");
const all = [flashes, ttl, key("licks", "DigitalEvent", "camera"), key("lfp", "Analog", "daq")];

test("pulses are events and intervals, the second of another clock than the first", () => {
  const [pulses] = means;
  expect(choices(all, pulses?.own.kinds ?? []).map((one) => one.key)).toEqual(["flashes", "ttl", "licks"]);
  expect(choices(all, pulses?.other.kinds ?? [], flashes).map((one) => one.key)).toEqual(["ttl"]);
});

test("keys are quoted as Python wants them", () => {
  expect(synchroniseCode("synchronise_keys", 'a"b', "ttl")).toBe(
    'synchronised = wt.synchronise_keys(dm, "a\\"b", "ttl")\nsynchronised',
  );
  expect(storeCode("new", ["a", "b"])).toBe('synchronised.store(dm, "new", keys=["a", "b"])');
  expect(storeCode("new", [])).toBe('synchronised.store(dm, "new")');
});

test("the proposed clock is called after both, and after none that is there", () => {
  expect(proposedClock(flashes, ttl, ["camera", "daq"])).toBe("camera_on_daq");
  expect(proposedClock(flashes, ttl, ["camera_on_daq", "camera_on_daq_2"])).toBe("camera_on_daq_3");
});
