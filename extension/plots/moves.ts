// Which plot comes next, and how large it is shown. Pure.

export const smallestZoom = 0.1;
export const largestZoom = 8;
const step = 1.25;

/** The place, among `count` plots, to which a key leads from `place`; undefined: nowhere else. */
export function moved(key: string, place: number, count: number): number | undefined {
  const to = {
    ArrowRight: place + 1,
    ArrowDown: place + 1,
    ArrowLeft: place - 1,
    ArrowUp: place - 1,
    Home: 0,
    End: count - 1,
  }[key];
  return to === undefined || to < 0 || to >= count || to === place ? undefined : to;
}

/** The plot to look at when there are others: the same one, but the newest when that was looked at. Newest first. */
export function chosenAmong(
  numbers: readonly number[],
  before: readonly number[],
  chosen: number | undefined,
): number | undefined {
  if (chosen === undefined || chosen === before[0]) {
    return numbers[0];
  }
  if (numbers.includes(chosen)) {
    return chosen;
  }
  // It is gone: what stands in its place.
  return numbers[Math.min(Math.max(before.indexOf(chosen), 0), numbers.length - 1)];
}

/** One step larger or smaller. */
export function zoomed(zoom: number, direction: 1 | -1): number {
  return Math.min(Math.max(zoom * step ** direction, smallestZoom), largestZoom);
}
