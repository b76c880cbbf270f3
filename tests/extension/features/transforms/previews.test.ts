import { beforeEach, expect, test, vi } from "vitest";
import { EventEmitter } from "vscode";
import type { Preview, Step } from "../../../../extension/pipeline/messages";
import { Previews } from "../../../../extension/src/features/transforms/previews";
import { methods, type StepPreview, type ViewerState } from "../../../../extension/src/protocol/generated";
import { FakeDaemon } from "../../fakes/daemon";
import { contextWith } from "../../fakes/views";

const step: Step = { transform: "Halve", input: "angle", output: "half", values: {}, rest: {} };
const made: StepPreview = { isOvertaken: false, message: "", start: 0, end: 1, lanes: [] };

let daemon: FakeDaemon;
let shown: Preview[];
let place: ViewerState | undefined;
const moves = new EventEmitter<unknown>();

function previews(): Previews {
  const viewer = {
    show: () => Promise.resolve(),
    onDidSelect: new EventEmitter<undefined>().event,
    onDidMove: moves.event,
    get place() {
      return place;
    },
  };
  return new Previews(contextWith(daemon), viewer, (preview) => shown.push(preview));
}

beforeEach(() => {
  vi.useFakeTimers();
  daemon = new FakeDaemon();
  daemon.will(methods.transformsPreview, () => made);
  shown = [];
  place = undefined;
});

test("what is typed in quick succession is asked once, for the window that the viewer shows", async () => {
  place = { time: 5, start: 2, end: 8, selectedKey: "", selectedId: 0 };
  const asked = previews();
  asked.ask([{ ...step, values: { by: 1 } }], 500);
  asked.ask([{ ...step, values: { by: 12 } }], 500);
  await vi.runAllTimersAsync();
  expect(daemon.asked).toHaveLength(1);
  expect(daemon.asked[0]?.params).toMatchObject({ start: 2, end: 8, time: 5, budget: 500 });
  expect(JSON.stringify(daemon.asked[0]?.params)).toContain("12");
  expect(shown).toEqual([{ ...made, time: 5 }]);
});

test("it is asked again when the viewer is moved, and no more when the page is closed", async () => {
  const asked = previews();
  moves.fire(undefined);
  await vi.runAllTimersAsync();
  expect(daemon.asked).toHaveLength(0);
  asked.ask([step], 500);
  await vi.runAllTimersAsync();
  moves.fire(undefined);
  await vi.runAllTimersAsync();
  expect(daemon.asked).toHaveLength(2);
  asked.end();
  moves.fire(undefined);
  await vi.runAllTimersAsync();
  expect(daemon.asked).toHaveLength(2);
});

test("what was overtaken, or is not asked for any more, is not shown", async () => {
  const asked = previews();
  daemon.will(methods.transformsPreview, () => ({ ...made, isOvertaken: true }));
  asked.ask([step], 500);
  await vi.runAllTimersAsync();
  daemon.will(methods.transformsPreview, () => {
    asked.ask([], 500);
    return made;
  });
  asked.ask([step], 500);
  await vi.runAllTimersAsync();
  expect(shown).toEqual([]);
});
