// What the viewer's page may ask. Pure.

/** What the page may ask the daemon. */
const askable: ReadonlySet<string> = new Set(
  ["describe", "read", "frame", "find", "locate", "periEvent", "edit"].map(
    (name) => `whiskertoolbox/views/${name}`,
  ),
);

export function mayAsk(method: string): boolean {
  return askable.has(method);
}
