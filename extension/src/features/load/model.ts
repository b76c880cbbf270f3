// What is offered before a load, and said after it. Pure.

import type { FilePreview, LoadResult } from "../../protocol/generated";
import { labelText, plainText } from "../../ui/text";

/** A part of a file in a list to choose from; a `QuickPickItem`. */
export type PartItem = {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly picked: boolean;
  readonly name: string;
  readonly key: string;
};

/** Whether a file is a load config, which is loaded as a whole. */
export function isLoadConfig(path: string): boolean {
  return path.toLowerCase().endsWith(".json");
}

export function partItems({ parts }: FilePreview): PartItem[] {
  return parts.map(({ name, key, dataType, shape, unit, clock, rate, description, selected }) => ({
    label: labelText(key),
    description: labelText([dataType, shape, unit].filter((text) => text !== "").join(" · ")),
    detail: labelText(
      [
        name === key ? "" : name,
        rate === null ? `on ${clock}` : `on ${clock}, ${rate} ticks per second`,
        description,
      ]
        .filter((text) => text !== "")
        .join(" · "),
    ),
    picked: selected,
    name,
    key,
  }));
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
