// The page of a pipeline: its steps, and the form of the chosen one.

import { button, element } from "./elements";
import { showForm } from "./form";
import { StepList } from "./list";
import type { Known, Pipeline, Step, ToExtension, ToPage } from "./messages";
import { PreviewPane } from "./preview";
import { moved, problemOf } from "./steps";

declare function acquireVsCodeApi(): { postMessage(message: ToExtension): void };

const host = acquireVsCodeApi();
let pipeline: Pipeline = { steps: [], rest: {} };
let known: Known = { transforms: [], keys: [] };
let chosen = 0;
let isRunning = false;

const tell = (kind: "add" | "open" | "save" | "batch" | "interrupt") => (): void => {
  host.postMessage({ kind });
};
const tellSteps = (kind: "run" | "copy" | "insert") => (): void => {
  host.postMessage({ kind, steps: pipeline.steps });
};

const runAll = button("Run", "Run all steps in the console (Ctrl+Enter)", tellSteps("run"));
runAll.className = "primary";
const runStep = button("Run Step", "Run the chosen step alone", () => {
  const step = pipeline.steps[chosen];
  if (step !== undefined) {
    host.postMessage({ kind: "run", steps: [step] });
  }
});
const cancel = button("Cancel", "Interrupt the run", tell("interrupt"));
const needSteps = [
  button("Batch…", "Run it for each interval, event, member of a group, or session", tell("batch")),
  button("Save As…", "Save as JSON", tell("save")),
  button("Copy Python", "Copy the Python that runs it", tellSteps("copy")),
  button("Insert Python", "Put the Python that runs it into the console's input", tellSteps("insert")),
];
const open = button("Open…", "Open the JSON of a pipeline", tell("open"));
const said = element("output");
const toolbar = element("div", { className: "toolbar" });
toolbar.setAttribute("role", "toolbar");
toolbar.setAttribute("aria-label", "Pipeline");
toolbar.append(runAll, runStep, cancel, ...needSteps, open);

const list = new StepList({ choose, move, remove });
const add = button("Add Step…", "Choose a data key, and what to make of it", tell("add"));
const up = button("↑", "Move the step up (Alt+Up)", () => {
  move(chosen, chosen - 1);
});
const down = button("↓", "Move the step down (Alt+Down)", () => {
  move(chosen, chosen + 1);
});
const removal = button("✕", "Remove the step (Delete)", () => {
  remove(chosen);
});
up.setAttribute("aria-label", "Move Up");
down.setAttribute("aria-label", "Move Down");
removal.setAttribute("aria-label", "Remove");
const stepBar = element("div", { className: "toolbar" });
stepBar.append(add, up, down, removal);
const side = element("nav");
side.append(list.root, stepBar);
const form = element("main");
const frame = element("div", { className: "frame" });
frame.append(side, form);
const preview = new PreviewPane((steps, budget) => {
  host.postMessage({ kind: "preview", steps, budget });
});
document.body.append(toolbar, said, frame, preview.root);

function choose(place: number): void {
  chosen = place;
  show();
}

function move(from: number, to: number): void {
  const steps = moved(pipeline.steps, from, to);
  if (steps !== pipeline.steps) {
    chosen = to;
    change(steps);
    show();
  }
}

function remove(place: number): void {
  chosen = Math.max(Math.min(chosen, pipeline.steps.length - 2), 0);
  change(pipeline.steps.toSpliced(place, 1));
  show();
}

function change(steps: readonly Step[]): void {
  pipeline = { ...pipeline, steps };
  host.postMessage({ kind: "changed", pipeline });
}

/** Show everything; the form too, which loses the focus. */
function show(): void {
  const step = pipeline.steps[chosen];
  if (step === undefined) {
    form.replaceChildren(
      element("p", { className: "empty", text: "Add a step: a data key, and what to make of it." }),
    );
  } else {
    const changed = (edited: Step): void => {
      change(pipeline.steps.with(chosen, edited));
      showRest();
    };
    showForm(form, step, { place: chosen, steps: pipeline.steps, known, changed });
  }
  showRest();
}

/** Show all but the form, in which somebody types. */
function showRest(): void {
  const { steps } = pipeline;
  list.show(steps, known, chosen);
  const problems = steps.map((step) =>
    problemOf(
      step,
      known.transforms.find(({ name }) => name === step.transform),
    ),
  );
  runAll.textContent = steps.length > 1 ? "Run All" : "Run";
  runAll.disabled = isRunning || steps.length === 0 || problems.some((problem) => problem !== undefined);
  runStep.hidden = steps.length < 2;
  runStep.disabled = isRunning || problems[chosen] !== undefined;
  cancel.hidden = !isRunning;
  for (const one of needSteps) {
    one.disabled = steps.length === 0;
  }
  up.disabled = chosen === 0;
  down.disabled = chosen >= steps.length - 1;
  removal.disabled = steps.length === 0;
  preview.ask(problems[chosen] === undefined ? steps.slice(0, chosen + 1) : []);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !runAll.disabled) {
    runAll.click();
  }
});

window.addEventListener("message", (event: MessageEvent<ToPage>) => {
  const message = event.data;
  switch (message.kind) {
    case "known": {
      // What is listed after each run is mostly what it was; a form in which somebody types stays then.
      const isSame = JSON.stringify(known) === JSON.stringify(message.known);
      known = message.known;
      if (!isSame) {
        show();
      }
      return;
    }
    case "pipeline":
      ({ pipeline, chosen } = message);
      show();
      form.querySelector("select")?.focus();
      return;
    case "preview":
      preview.show(message.preview);
      return;
    case "state":
      ({ isRunning } = message);
      said.textContent = message.text;
      said.className = message.isFailure ? "problem" : "";
      showRest();
      return;
  }
});
show();
host.postMessage({ kind: "ready" });
