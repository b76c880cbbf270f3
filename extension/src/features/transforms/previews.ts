// What the chosen step makes of the window that the viewer shows; asked for again when either changes.

import type { Preview, Step } from "../../../pipeline/messages";
import type { Context } from "../../context";
import type { Owned } from "../../owned";
import { methods } from "../../protocol/generated";
import { calmly } from "../../ui/calm";
import { messageOf } from "../../ui/notify";
import type { Viewer } from "../viewer";
import { pipelineJson } from "./model";

/** Whoever types or scrolls goes on sooner. */
const pauseMs = 200;

export class Previews implements Owned {
  readonly #ctx: Context;
  readonly #viewer: Viewer;
  readonly #show: (preview: Preview) => void;
  readonly #calm = calmly(() => void this.#make(), pauseMs);
  readonly #moved: Owned;
  #asked: { readonly steps: readonly Step[]; readonly budget: number } | undefined;

  constructor(ctx: Context, viewer: Viewer, show: (preview: Preview) => void) {
    this.#ctx = ctx;
    this.#viewer = viewer;
    this.#show = show;
    this.#moved = viewer.onDidMove(() => {
      this.again();
    });
  }

  /** Preview the last of some steps, from now on. */
  ask(steps: readonly Step[], budget: number): void {
    this.#asked = steps.length === 0 ? undefined : { steps, budget };
    this.again();
  }

  /** Ask again what is previewed, if anything is. */
  again(): void {
    if (this.#asked !== undefined) {
      this.#calm.ask();
    }
  }

  /** Nobody looks any more. */
  end(): void {
    this.#asked = undefined;
    this.#calm.dispose();
  }

  dispose(): void {
    this.end();
    this.#moved.dispose();
  }

  async #make(): Promise<void> {
    const asked = this.#asked;
    if (asked === undefined) {
      return;
    }
    const place = this.#viewer.place;
    try {
      const preview = await this.#ctx.daemon.request(methods.transformsPreview, {
        pipeline: pipelineJson({ steps: asked.steps, rest: {} }),
        start: place?.start ?? null,
        end: place?.end ?? null,
        time: place?.time ?? null,
        budget: asked.budget,
      });
      if (asked === this.#asked && !preview.isOvertaken) {
        this.#show({ ...preview, time: place?.time });
      }
    } catch (error) {
      this.#ctx.log.warn(`There is no preview: ${messageOf(error)}`);
    }
  }
}
