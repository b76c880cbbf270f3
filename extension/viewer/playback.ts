// Playing: the time cursor moves by itself.

import { button, icon } from "./elements";
import type { Controls } from "./controls";

export class Playback {
  readonly button: HTMLButtonElement;
  /** Seconds of the recording in a second; backwards below 0. */
  speed = 1;
  readonly #viewer: Controls;
  #isPlaying = false;
  #lastAt = 0;

  constructor(viewer: Controls) {
    this.#viewer = viewer;
    this.button = button("play", "Play or pause (Space)", () => {
      this.toggle();
    });
  }

  toggle(): void {
    this.#set(!this.#isPlaying);
    if (this.#isPlaying) {
      const { start, end } = this.#viewer.state.extent;
      if (this.#isAtEnd()) {
        this.#viewer.setTime(this.speed > 0 ? start : end);
      }
      this.#lastAt = performance.now();
      requestAnimationFrame(this.#advance);
    }
  }

  #set(isPlaying: boolean): void {
    this.#isPlaying = isPlaying;
    this.button.replaceChildren(icon(isPlaying ? "pause" : "play"));
    this.button.setAttribute("aria-pressed", String(isPlaying));
  }

  #isAtEnd(): boolean {
    const { extent, time } = this.#viewer.state;
    return this.speed > 0 ? time >= extent.end : time <= extent.start;
  }

  readonly #advance = (now: number): void => {
    if (!this.#isPlaying) {
      return;
    }
    const seconds = Math.max(0, now - this.#lastAt) / 1000;
    this.#lastAt = now;
    this.#viewer.setTime(
      this.#viewer.state.time + seconds * this.speed * (this.#viewer.state.ticksPerSecond() ?? 1000),
    );
    if (this.#isAtEnd()) {
      this.#set(false);
    }
    requestAnimationFrame(this.#advance);
  };
}
