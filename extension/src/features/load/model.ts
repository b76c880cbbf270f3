// What is offered before a load, and said after it. Pure.

import type { FilePart, FilePreview, ImportFile, LoadResult } from "../../protocol/generated";
import { labelText, plainText } from "../../ui/text";

/** A part of a file in a list to choose from; a `QuickPickItem` without its buttons. */
export type PartItem = {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly part: FilePart;
};

/** What the user has changed of what the file offers. */
export type Changes = {
  /** Keys by the names of parts. */
  readonly keys: ReadonlyMap<string, string>;
  /** Time keys of the session by the names of the file's clocks. */
  readonly clocks: ReadonlyMap<string, string>;
};

/** Whether a file is a load config, which is loaded as a whole. */
export function isLoadConfig(path: string): boolean {
  return path.toLowerCase().endsWith(".json");
}

export function partItems({ parts, clocks }: FilePreview, changes: Changes): PartItem[] {
  const known = new Map(clocks.map((clock) => [clock.name, clock]));
  return parts.map((part) => {
    const { name, dataType, shape, unit, description } = part;
    const clock = known.get(part.clock);
    const chosen = changes.clocks.get(part.clock);
    const own = `on ${clock?.timeKey ?? "time"}${rateText(clock?.rate ?? null)}`;
    const key = keyOf(part, changes);
    return {
      label: labelText(key),
      description: labelText(joined([dataType, shape, unit])),
      detail: labelText(
        joined([name === key ? "" : name, chosen === undefined ? own : `on ${chosen}`, description]),
      ),
      part,
    };
  });
}

export function keyOf({ name, key }: FilePart, { keys }: Changes): string {
  return keys.get(name) ?? key;
}

/** What is asked of the daemon for parts that were chosen. */
export function choiceOf(
  chosen: readonly FilePart[],
  changes: Changes,
): Pick<ImportFile, "parts" | "clocks"> {
  return {
    parts: chosen.map((part) => ({ name: part.name, key: keyOf(part, changes) })),
    clocks: [...changes.clocks].map(([name, timeKey]) => ({ name, timeKey })),
  };
}

/** Why a part cannot have a key; undefined when it can. */
export function refusalOfKey(
  key: string,
  part: FilePart,
  { parts }: FilePreview,
  changes: Changes,
): string | undefined {
  if (key.trim() === "") {
    return "A key needs a name.";
  }
  const other = parts.find((one) => one.name !== part.name && keyOf(one, changes) === key);
  return other === undefined ? undefined : `${other.name} has this key.`;
}

function rateText(rate: number | null): string {
  return rate === null ? "" : `, ${rate} ticks per second`;
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join(" · ");
}

/** What stands in the empty field above the list: the first warning, if there is one. */
export function previewNote({ parts, warnings }: FilePreview): string {
  const [first] = warnings;
  if (first === undefined) {
    return `Choose what to load (${count(parts.length, "part")})`;
  }
  const others = warnings.length === 1 ? "" : ` (and ${warnings.length - 1} more in the log)`;
  return plainText(`${first}${others}`, 300);
}

export type LoadSummary = {
  readonly message: string;
  /** One line for each entry that failed and each warning, for the log. */
  readonly details: readonly string[];
};

export function summarizeLoad(config: string, { made, failures, warnings }: LoadResult): LoadSummary {
  const details = [
    ...failures.map(({ key, file, reason }) => `${config}: "${key}" was not loaded from ${file}: ${reason}`),
    ...warnings.map((warning) => `${config}: ${warning}`),
  ];
  const loaded = made.length === 0 ? "nothing was loaded" : `${count(made.length, "key")} loaded`;
  const [first] = failures;
  if (first !== undefined) {
    const others = failures.length === 1 ? "" : ` and ${failures.length - 1} more`;
    return {
      message: `${loaded} from ${config}, ${failures.length} failed. "${first.key}": ${first.reason}${others}`,
      details,
    };
  }
  const warned = warnings.length === 0 ? "" : `, with ${count(warnings.length, "warning")}`;
  return { message: `${loaded} from ${config}${warned}.`, details };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
