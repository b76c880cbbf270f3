// Setting up a debug session for a run: within a limit, as the run is not to wait for good. Pure.

/** Importing the debugger from a network drive takes long, once. */
export const setUpLimitMs = 30_000;

/** Begins sessions, one at a time. */
export class SetUp {
  readonly #begin: () => Promise<void>;
  readonly #failed: (error: unknown) => void;
  #underWay: Promise<void> | undefined;
  #isLate = false;

  /** `begin` is done when the session is ready; `failed` is told why there is none, once for each session. */
  constructor(begin: () => Promise<void>, failed: (error: unknown) => void) {
    this.#begin = begin;
    this.#failed = failed;
  }

  /** Done when a session is ready, or when it is known that none will be, or none in time. */
  async ready(): Promise<void> {
    if (this.#isLate) {
      return; // it was waited for, and that was said
    }
    this.#underWay ??= this.#start();
    await this.#underWay;
  }

  #start(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#isLate = true;
        this.#failed(new Error(`the debugger was not ready within ${String(setUpLimitMs / 1000)} s`));
        resolve();
      }, setUpLimitMs);
      this.#begin()
        .catch((error: unknown) => {
          if (!this.#isLate) {
            this.#failed(error);
          }
        })
        .finally(() => {
          clearTimeout(timer);
          this.#isLate = false;
          this.#underWay = undefined;
          resolve();
        });
    });
  }
}
