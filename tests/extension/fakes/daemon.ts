// A daemon that answers what a test tells it to.

import type { Owned } from "../../../extension/src/owned";
import type { Daemon } from "../../../extension/src/daemon/client";
import type { DaemonState } from "../../../extension/src/daemon/state";
import type {
  NotificationMethod,
  RequestMethod,
  SessionStatus,
} from "../../../extension/src/protocol/generated";
import { EventEmitter } from "./vscode";

export const idleSession: SessionStatus = {
  state: "idle",
  sessionPath: "/data/.whiskertoolbox/session",
  interpreter: { executable: "/env/bin/python", version: "3.12.1", name: "env", processId: 7 },
  message: "",
  remedies: [],
  readOnly: false,
  traced: false,
};

type Answer = (params: unknown) => unknown;

export class FakeDaemon implements Daemon {
  state: DaemonState = { kind: "running", session: idleSession };
  readonly asked: { readonly method: string; readonly params: unknown }[] = [];
  readonly #answers = new Map<string, Answer>();
  readonly #handlers = new Map<string, Answer>();
  readonly #states = new EventEmitter<DaemonState>();

  readonly onDidChangeState = this.#states.event as Daemon["onDidChangeState"];

  /** From now on, this is the answer to a request. */
  will<P, R>(method: RequestMethod<P, R>, answer: (params: P) => R | Promise<R>): void {
    this.#answers.set(method.method, answer as Answer);
  }

  /** The daemon tells the extension. */
  tell<P>(method: NotificationMethod<P>, params: P): void {
    this.#handlers.get(method.method)?.(params);
  }

  become(state: DaemonState): void {
    this.state = state;
    this.#states.fire(state);
  }

  /** The daemon asks the extension. */
  async ask<P, R>(method: RequestMethod<P, R>, params: P): Promise<R> {
    return (await this.#handlers.get(method.method)?.(params)) as R;
  }

  async request<P, R>(method: RequestMethod<P, R>, params: P): Promise<R> {
    this.asked.push({ method: method.method, params });
    const answer = this.#answers.get(method.method);
    if (answer === undefined) {
      throw new Error(`the test gives no answer to ${method.method}`);
    }
    return (await answer(params)) as R;
  }

  notify<P>(method: NotificationMethod<P>, params: P): void {
    this.asked.push({ method: method.method, params });
  }

  on<P>(method: NotificationMethod<P>, handler: (params: P) => void): Owned {
    return this.#handle(method.method, handler as Answer);
  }

  answer<P, R>(method: RequestMethod<P, R>, handler: (params: P) => Promise<R>): Owned {
    return this.#handle(method.method, handler as Answer);
  }

  #handle(method: string, handler: Answer): Owned {
    this.#handlers.set(method, handler);
    return { dispose: () => this.#handlers.delete(method) };
  }
}
