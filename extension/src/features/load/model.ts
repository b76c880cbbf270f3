// What is said after a load. Pure.

import type { LoadResult } from "../../protocol/generated";

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
