// The prelude is sent once to each interpreter, before anything else.

import { expect, test, vi } from "vitest";
import { activatePrelude } from "../../../../extension/src/features/console/prelude";
import { methods, type SessionStatus } from "../../../../extension/src/protocol/generated";
import { FakeDaemon, idleSession } from "../../fakes/daemon";
import { contextWith } from "../../fakes/views";

const prelude = "import numpy as np";
vi.mock("../../../../extension/src/settings", () => ({ setting: () => prelude }));

const starting: SessionStatus = { ...idleSession, state: "starting", interpreter: null };
const another: SessionStatus = {
  ...idleSession,
  interpreter: { executable: "/env/bin/python", version: "3.12.1", name: "env", processId: 8 },
};

test("each interpreter gets it once, while it starts or as soon as it is known", () => {
  const daemon = new FakeDaemon();
  daemon.state = { kind: "off" };
  daemon.will(methods.runCode, () => ({ status: "ok", executionCount: 0, message: "" }));
  const sent = (): number => daemon.asked.filter(({ method }) => method === methods.runCode.method).length;
  activatePrelude(contextWith(daemon));
  expect(sent()).toBe(0);
  daemon.become({ kind: "running", session: starting });
  daemon.become({ kind: "running", session: idleSession });
  daemon.become({ kind: "running", session: { ...idleSession, state: "busy" } });
  expect(sent()).toBe(1);
  daemon.become({ kind: "running", session: starting });
  daemon.become({ kind: "running", session: another });
  expect(sent()).toBe(2);
  daemon.become({ kind: "running", session: idleSession });
  expect(sent()).toBe(3);
  expect(daemon.asked[0]?.params).toMatchObject({ code: prelude, storeHistory: false, asPrelude: true });
});
