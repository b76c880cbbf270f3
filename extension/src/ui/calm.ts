// What is asked for again and again is done once.

/** What is asked for soon after it was asked for is done once, later. */
export function calmly(
  act: () => void,
  afterMs: number,
): { readonly ask: () => void; readonly dispose: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    ask: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        act();
      }, afterMs);
    },
    dispose: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
