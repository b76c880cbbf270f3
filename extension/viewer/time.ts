// The one clock of all panels: a window of ticks, what a wheel or a key makes of it, and how a time is written. Pure.

export type TimeWindow = { readonly start: number; readonly end: number };

/** Zoom by a factor around a time, which stays where it is on the screen. */
export function zoomed(window: TimeWindow, factor: number, around: number, extent: TimeWindow): TimeWindow {
  const length = window.end - window.start;
  const most = 1.2 * Math.max(extent.end - extent.start, 1);
  const wanted = Math.min(Math.max(length * factor, 2e-3), most);
  const scale = wanted / length;
  return {
    start: around - (around - window.start) * scale,
    end: around + (window.end - around) * scale,
  };
}

/** Move by a part of its length, no further than to where only half of it shows data. */
export function moved(window: TimeWindow, ticks: number, extent: TimeWindow): TimeWindow {
  const half = (window.end - window.start) / 2;
  const start = Math.min(Math.max(window.start + ticks, extent.start - half), extent.end - half);
  return { start, end: start + 2 * half };
}

/** A window of the same length that has a time in it; the same one if it has. */
export function showing(window: TimeWindow, time: number): TimeWindow {
  if (time >= window.start && time <= window.end) {
    return window;
  }
  const half = (window.end - window.start) / 2;
  return { start: time - half, end: time + half };
}

/** How far apart round numbers are, about so many between two; 0 where there are none. */
export function roundStep(low: number, high: number, count: number): number {
  const raw = (high - low) / Math.max(count, 1);
  if (!(raw > 0) || !Number.isFinite(raw)) {
    return 0;
  }
  const power = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 5].find((multiple) => multiple * power >= raw) ?? 10) * power;
}

/** Round numbers between two, about so many. */
export function roundNumbers(low: number, high: number, count: number): readonly number[] {
  const step = roundStep(low, high, count);
  if (step === 0) {
    return [];
  }
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step);
}

/** A tick as people read it: seconds, with minutes and hours where there are any; the tick itself without a rate. */
export function timeLabel(tick: number, ticksPerSecond: number | null, step: number): string {
  if (ticksPerSecond === null) {
    return step >= 1 ? String(Math.round(tick)) : tick.toFixed(decimals(step));
  }
  const seconds = tick / ticksPerSecond;
  const digits = decimals(step / ticksPerSecond);
  const size = Math.abs(seconds);
  if (size < 60) {
    return `${seconds.toFixed(digits)} s`;
  }
  const sign = seconds < 0 ? "−" : "";
  const rounded = Number(size.toFixed(digits));
  const hours = Math.floor(rounded / 3600);
  const minutes = Math.floor((rounded % 3600) / 60);
  const rest = (rounded % 60).toFixed(digits).padStart(digits > 0 ? digits + 3 : 2, "0");
  return hours > 0
    ? `${sign}${hours}:${String(minutes).padStart(2, "0")}:${rest}`
    : `${sign}${minutes}:${rest}`;
}

function decimals(step: number): number {
  return Math.min(Math.max(0, Math.ceil(-Math.log10(Math.max(step, 1e-9)) - 1e-9)), 9);
}

/** A value as a label has it: few digits, no more than it takes. */
export function valueLabel(value: number): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? "missing" : String(value);
  }
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e5 || size < 1e-3)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
}
