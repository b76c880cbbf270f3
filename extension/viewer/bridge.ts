// The page's line to the extension: requests with answers, and messages both ways.

import type { RequestMethod } from "../src/protocol/generated";
import type { ToExtension, ToPage } from "./messages";

export type Host = { postMessage(message: ToExtension): void };

type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void };

export class Bridge {
  readonly #host: Host;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(host: Host, receive: (message: Exclude<ToPage, { kind: "answer" | "failure" }>) => void) {
    this.#host = host;
    window.addEventListener("message", (event: MessageEvent<ToPage>) => {
      const message = event.data;
      if (message.kind === "answer" || message.kind === "failure") {
        const waiting = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        if (message.kind === "answer") {
          waiting?.resolve(message.result);
        } else {
          waiting?.reject(new Error(message.message));
        }
      } else {
        receive(message);
      }
    });
  }

  send(message: ToExtension): void {
    this.#host.postMessage(message);
  }

  /** Ask the daemon. */
  request<P, R>(method: RequestMethod<P, R>, params: P): Promise<R> {
    this.#last += 1;
    const id = this.#last;
    return new Promise<R>((resolve, reject) => {
      this.#waiting.set(id, {
        resolve: (result) => {
          resolve(result as R); // the protocol's table says so; Python has checked it
        },
        reject,
      });
      this.send({ kind: "request", id, method: method.method, params });
    });
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Does work one piece at a time; what is asked for meanwhile is done once afterwards, with what is newest then. */
export class Newest {
  readonly #work: () => Promise<void>;
  readonly #failed: (error: unknown) => void;
  #isWorking = false;
  #isWanted = false;

  constructor(work: () => Promise<void>, failed: (error: unknown) => void) {
    this.#work = work;
    this.#failed = failed;
  }

  ask(): void {
    this.#isWanted = true;
    if (!this.#isWorking) {
      void this.#run();
    }
  }

  async #run(): Promise<void> {
    this.#isWorking = true;
    while (this.#isWanted) {
      this.#isWanted = false;
      try {
        await this.#work();
      } catch (error) {
        this.#failed(error);
      }
    }
    this.#isWorking = false;
  }
}
