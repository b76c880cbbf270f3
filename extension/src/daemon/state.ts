// What features know of the daemon. Pure.

import type { SessionStatus } from "../protocol/generated";

export type DaemonState =
  | { readonly kind: "off" }
  | { readonly kind: "starting" }
  | { readonly kind: "running"; readonly session: SessionStatus }
  | { readonly kind: "failed"; readonly message: string };

/** The connection was lost before an answer came; what was asked for may go on. */
export class ConnectionLost extends Error {}
