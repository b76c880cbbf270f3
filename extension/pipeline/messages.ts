// What the page of a pipeline and the extension tell each other.

import type { DataKey, StepPreview, Transform } from "../src/protocol/generated";

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

/** What the last of some steps makes. */
export type Preview = StepPreview & {
  /** Where the viewer is; undefined when there is none, and the beginning is shown. */
  readonly time: number | undefined;
};

export type ToPage =
  | { readonly kind: "known"; readonly known: Known }
  /** Another pipeline, and the step to choose. */
  | { readonly kind: "pipeline"; readonly pipeline: Pipeline; readonly chosen: number }
  | { readonly kind: "preview"; readonly preview: Preview }
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
  /** Show what the last of these makes, now and whenever the viewer goes elsewhere; of none: no more. */
  | { readonly kind: "preview"; readonly steps: readonly Step[]; readonly budget: number }
  | { readonly kind: "run" | "copy" | "insert"; readonly steps: readonly Step[] };
