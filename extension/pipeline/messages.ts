// What the page of a pipeline and the extension tell each other.

import type { DataKey, Transform } from "../src/protocol/generated";

/** A step of a pipeline. */
export type Step = {
  readonly transform: string;
  readonly input: string;
  /** Empty: what it makes is for later steps only. */
  readonly output: string;
  /** What was filled in, as JSON by name; data by their keys. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Whatever else its file says of it, kept as it is. */
  readonly rest: Readonly<Record<string, unknown>>;
};

export type Pipeline = {
  readonly steps: readonly Step[];
  /** Whatever else its file says, kept as it is. */
  readonly rest: Readonly<Record<string, unknown>>;
};

/** What a step may be made of. */
export type Known = {
  readonly transforms: readonly Transform[];
  readonly keys: readonly Pick<DataKey, "key" | "type">[];
};

export type ToPage =
  | { readonly kind: "known"; readonly known: Known }
  /** Another pipeline, and the step to choose. */
  | { readonly kind: "pipeline"; readonly pipeline: Pipeline; readonly chosen: number }
  | {
      readonly kind: "state";
      readonly text: string;
      readonly isRunning: boolean;
      readonly isFailure: boolean;
    };

export type ToExtension =
  | { readonly kind: "ready" }
  | { readonly kind: "changed"; readonly pipeline: Pipeline }
  | { readonly kind: "add" | "open" | "save" | "batch" | "interrupt" }
  | { readonly kind: "run" | "copy" | "insert"; readonly steps: readonly Step[] };
