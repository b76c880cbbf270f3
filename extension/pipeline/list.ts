// The list of steps: chosen with the arrow keys, moved by drag or with Alt and the arrow keys.

import { element } from "./elements";
import type { Known, Step } from "./messages";
import { problemOf } from "./steps";

export type ListActions = {
  readonly choose: (place: number) => void;
  readonly move: (from: number, to: number) => void;
  readonly remove: (place: number) => void;
};

export class StepList {
  readonly root = element("div", { className: "steps" });
  readonly #actions: ListActions;
  #chosen = 0;
  #count = 0;
  #dragged: number | undefined;

  constructor(actions: ListActions) {
    this.#actions = actions;
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "listbox");
    this.root.setAttribute("aria-label", "Steps");
    this.root.addEventListener("keydown", (event) => {
      this.#pressed(event);
    });
  }

  show(steps: readonly Step[], known: Known, chosen: number): void {
    this.#chosen = chosen;
    this.#count = steps.length;
    this.root.replaceChildren(...steps.map((step, place) => this.#row(step, place, known)));
    this.root.setAttribute("aria-activedescendant", steps.length > 0 ? `step-${String(chosen)}` : "");
    this.root.children[chosen]?.scrollIntoView({ block: "nearest" });
  }

  #row(step: Step, place: number, known: Known): HTMLElement {
    const made = element("div", { className: "step" });
    const transform = known.transforms.find(({ name }) => name === step.transform);
    const problem = known.transforms.length === 0 ? undefined : problemOf(step, transform);
    const output = step.output === "" ? "later steps" : step.output;
    made.append(
      element("span", { text: `${String(place + 1)}. ${step.transform}` }),
      element("span", { className: "keys", text: `${step.input || "?"} → ${output}` }),
      ...(problem === undefined ? [] : [element("span", { className: "problem", text: problem })]),
    );
    made.id = `step-${String(place)}`;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", String(place === this.#chosen));
    made.draggable = true;
    made.addEventListener("click", () => {
      this.#actions.choose(place);
    });
    made.addEventListener("dragstart", () => {
      this.#dragged = place;
    });
    made.addEventListener("dragover", (event) => {
      if (this.#dragged !== undefined) {
        event.preventDefault();
        made.classList.add("target");
      }
    });
    made.addEventListener("dragleave", () => {
      made.classList.remove("target");
    });
    made.addEventListener("drop", (event) => {
      event.preventDefault();
      made.classList.remove("target");
      if (this.#dragged !== undefined) {
        this.#actions.move(this.#dragged, place);
      }
    });
    made.addEventListener("dragend", () => {
      this.#dragged = undefined;
    });
    return made;
  }

  #pressed(event: KeyboardEvent): void {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Delete" && this.#count > 0) {
      this.#actions.remove(this.#chosen);
    } else if (by === undefined) {
      return;
    } else if (event.altKey) {
      this.#actions.move(this.#chosen, this.#chosen + by);
    } else {
      this.#actions.choose(Math.min(Math.max(this.#chosen + by, 0), this.#count - 1));
    }
    event.preventDefault();
  }
}
