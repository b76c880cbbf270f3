// What is said and saved of a raster and a PSTH. Pure.

import type { PeriEvents } from "./views";

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
