// What is chosen to synchronise two clocks, and the Python that does it. Pure.

import type { DataKey } from "../../protocol/generated";

/** By what the devices are brought together. */
export type Means = {
  readonly label: string;
  readonly detail: string;
  readonly function: "synchronise_keys" | "synchronise_frames";
  /** What to choose first, on the device. */
  readonly own: { readonly placeHolder: string; readonly kinds: readonly string[] };
  /** What to choose then, on the reference. */
  readonly other: { readonly placeHolder: string; readonly kinds: readonly string[] };
};

const pulses = ["DigitalEvent", "DigitalInterval"];

export const means: readonly Means[] = [
  {
    label: "Pulses on Both Devices",
    detail: "The same pulses, such as a TTL line, were recorded by both; missing and extra ones are found",
    function: "synchronise_keys",
    own: { placeHolder: "Pulses on the device whose clock is to be changed", kinds: pulses },
    other: { placeHolder: "The same pulses on the reference", kinds: pulses },
  },
  {
    label: "Frame Counts of a Camera",
    detail: "A signal holds the frame count of each exposure that the reference has recorded",
    function: "synchronise_frames",
    own: { placeHolder: "Signal with the frame counts", kinds: ["Analog"] },
    other: { placeHolder: "Exposures on the reference", kinds: pulses },
  },
];

/** The variable in which the result is, for code of the user's. */
const variable = "synchronised";

/** The keys that may be chosen: of these kinds, and not on the clock of what was chosen before. */
export function choices(
  keys: readonly DataKey[],
  kinds: readonly string[],
  other?: DataKey,
): readonly DataKey[] {
  return keys.filter(({ type, timeKey }) => kinds.includes(type) && timeKey !== other?.timeKey);
}

/** Python that synchronises two keys and shows the report. */
export function synchroniseCode(how: Means["function"], own: string, other: string): string {
  return `${variable} = wt.${how}(dm, ${JSON.stringify(own)}, ${JSON.stringify(other)})\n${variable}`;
}

/** Python that stores the clock, and puts keys on it. */
export function storeCode(timeKey: string, keys: readonly string[]): string {
  const moved = keys.length === 0 ? "" : `, keys=${JSON.stringify(keys).replaceAll('","', '", "')}`;
  return `${variable}.store(dm, ${JSON.stringify(timeKey)}${moved})`;
}

/** What the new clock is called unless the user says otherwise. */
export function proposedClock(own: DataKey, other: DataKey, taken: readonly string[]): string {
  const base = `${own.timeKey}_on_${other.timeKey}`;
  let name = base;
  for (let number = 2; taken.includes(name); number++) {
    name = `${base}_${number}`;
  }
  return name;
}
