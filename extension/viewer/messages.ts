// What the page and the extension say to each other. Types only: the extension imports them and nothing that runs.

import type { ViewerState } from "../src/protocol/generated";

/** An entity that was clicked, and its first and last tick. */
export type Selection = {
  readonly key: string;
  readonly entityId: number;
  readonly start: number;
  readonly end: number;
};

export type Picture = {
  readonly name: string;
  readonly type: "png" | "svg" | "csv" | "py";
  readonly data: string;
};

export type ToExtension =
  | { readonly kind: "ready" }
  | { readonly kind: "request"; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly kind: "layout"; readonly text: string }
  | { readonly kind: "state"; readonly state: ViewerState }
  | { readonly kind: "selected"; readonly selection: Selection | undefined }
  | { readonly kind: "save"; readonly picture: Picture }
  | { readonly kind: "copy"; readonly text: string; readonly what: string }
  | { readonly kind: "insert"; readonly code: string }
  | { readonly kind: "run"; readonly code: string }
  /** Something for the status bar. */
  | { readonly kind: "hint"; readonly text: string }
  | { readonly kind: "addKeys" };

export type ToPage =
  | { readonly kind: "answer"; readonly id: number; readonly result: unknown }
  | { readonly kind: "failure"; readonly id: number; readonly message: string }
  /** Show a layout file's text; empty: a new layout. */
  | { readonly kind: "open"; readonly text: string }
  /** Show these keys as well. */
  | { readonly kind: "add"; readonly keys: readonly string[] }
  | { readonly kind: "go"; readonly time?: number; readonly start?: number; readonly end?: number }
  /** Another viewer has selected something. */
  | { readonly kind: "select"; readonly selection: Selection | undefined }
  | { readonly kind: "dataChanged" }
  | { readonly kind: "connection"; readonly message: string };
