// Where to go, as it is typed: a time, a tick, an index or a frame. Pure.

export type Place =
  | { readonly kind: "tick"; readonly tick: number }
  /** An index of the clock of what is shown first; of a video, the number of a frame. */
  | { readonly kind: "index" | "frame"; readonly index: number };

const help = "Type a time (12.5, 1:02.5, 250 ms), or tick 3000, index 500, frame 120.";

/** The place that a text stands for; fails with a message for people. */
export function placeOf(text: string, ticksPerSecond: number | null): Place {
  const typed = text.trim().toLowerCase().replace("−", "-");
  const numbered = /^(t|ticks?|i|index|f|frame)\s*(-?[\d,_]*\.?\d+)$/.exec(typed);
  if (numbered !== null) {
    const value = Number((numbered[2] ?? "").replaceAll(/[,_]/g, ""));
    if (numbered[1]?.startsWith("t") === true) {
      return { kind: "tick", tick: value };
    }
    if (!Number.isSafeInteger(value)) {
      throw new Error(`"${text.trim()}" has no whole number.`);
    }
    return { kind: numbered[1]?.startsWith("i") === true ? "index" : "frame", index: value };
  }
  const seconds = secondsOf(typed);
  if (seconds === undefined) {
    throw new Error(`"${text.trim()}" is not a place. ${help}`);
  }
  if (ticksPerSecond !== null) {
    return { kind: "tick", tick: seconds.value * ticksPerSecond };
  }
  if (seconds.hasUnit) {
    throw new Error(
      "The clock has no ticks_per_second, so that there are no seconds: type a tick, or index 500.",
    );
  }
  return { kind: "tick", tick: seconds.value };
}

/** 12.5, 12.5 s, 250 ms, 1:02.5, 1:02:05; a number alone has no unit. */
function secondsOf(typed: string): { readonly value: number; readonly hasUnit: boolean } | undefined {
  const plain = /^(-?\d*\.?\d+|-?\d+\.)\s*(s|ms|min|h)?$/.exec(typed);
  if (plain !== null) {
    const factor = { s: 1, ms: 1e-3, min: 60, h: 3600 }[plain[2] ?? "s"] ?? 1;
    return { value: Number(plain[1]) * factor, hasUnit: plain[2] !== undefined };
  }
  const clock = /^(-?)(?:(\d+):)?(\d+):(\d{1,2}(?:\.\d*)?)$/.exec(typed);
  if (clock === null || Number(clock[4]) >= 60 || (clock[2] !== undefined && Number(clock[3]) >= 60)) {
    return undefined;
  }
  const size = Number(clock[2] ?? 0) * 3600 + Number(clock[3]) * 60 + Number(clock[4]);
  return { value: clock[1] === "-" ? -size : size, hasUnit: true };
}
