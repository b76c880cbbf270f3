// What the viewer's page may ask. Pure.

import { methods } from "../../protocol/generated";

/** All that the daemon answers for the viewer. */
const askable: ReadonlySet<string> = new Set(
  Object.values(methods)
    .map(({ method }) => method)
    .filter((method) => method.startsWith("whiskertoolbox/views/")),
);

export function mayAsk(method: string): boolean {
  return askable.has(method);
}
