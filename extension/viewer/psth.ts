// What is said and saved of a raster and a PSTH. Pure.

import type { PeriEvent } from "./layout";
import type { PeriEvents } from "./views";

export type Order = Pick<PeriEvent, "sort" | "sortKey" | "sortColumn">;

/** Everything that the trials can be sorted by, with what it is called; what is wanted is among it. */
export function ordersOf(
  { hasDurations, tables }: Pick<PeriEvents, "hasDurations" | "tables">,
  wanted: Order,
): readonly (Order & { readonly label: string })[] {
  const plain = (sort: Order["sort"], label: string): Order & { readonly label: string } => ({
    sort,
    sortKey: "",
    sortColumn: 0,
    label,
  });
  const columns = tables.flatMap(({ key, columns: names }) =>
    names.map((name, column) => ({
      sort: "column" as const,
      sortKey: key,
      sortColumn: column,
      label: `${key}: ${name}`,
    })),
  );
  const isOffered = columns.some((order) => isSameOrder(order, wanted));
  return [
    plain("time", "in time"),
    plain("latency", "by first event"),
    plain("count", "by number of events"),
    ...(hasDurations || wanted.sort === "duration" ? [plain("duration", "by duration")] : []),
    ...columns,
    ...(wanted.sort === "column" && !isOffered
      ? [{ ...wanted, label: `${wanted.sortKey}: ${String(wanted.sortColumn)}` }]
      : []),
  ];
}

export function isSameOrder(one: Order, other: Order): boolean {
  return (
    one.sort === other.sort &&
    (one.sort !== "column" || (one.sortKey === other.sortKey && one.sortColumn === other.sortColumn))
  );
}

/** What is to be known of a raster and a PSTH, in a line. */
export function captionOf(shown: PeriEvents): string {
  const count = (number: number, what: string): string =>
    `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
  const parts = [count(shown.trialCount, "trial"), `${count(shown.eventCount, "event")} around them`];
  if (shown.rasterTrialCount < shown.trialCount) {
    parts.push(`raster of the first ${shown.rasterTrialCount.toLocaleString("en")} trials, PSTH of all`);
  }
  if (shown.leastExposure < shown.trialCount - 1e-6) {
    parts.push("rates are of the time that was recorded");
  }
  if (shown.outsideCount > 0) {
    parts.push(`${shown.outsideCount.toLocaleString("en")} outside the clock left out`);
  }
  return parts.join(" · ");
}

/** The PSTH as a table: from when to when, and the rate. */
export function psthCsv({ edges, rates, isInSeconds }: PeriEvents): string {
  const unit = isInSeconds ? "s" : "ticks";
  const lines = [`from_${unit},to_${unit},rate_per_${isInSeconds ? "s" : "tick"}`];
  rates.forEach((rate, bin) => {
    lines.push(`${String(edges[bin])},${String(edges[bin + 1])},${Number.isNaN(rate) ? "" : String(rate)}`);
  });
  return `${lines.join("\n")}\n`;
}
