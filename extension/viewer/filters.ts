// The fields in which the legend shows how a signal is filtered for the screen.

import { element } from "./elements";
import type { Series } from "./layout";

type Filter = Pick<Series, "removeMean" | "highPass" | "lowPass">;

export function filterFields(
  label: string,
  { removeMean, highPass, lowPass }: Filter,
  set: (part: Partial<Filter>) => void,
): HTMLElement {
  const row = element("filters");
  const mean = document.createElement("input");
  mean.type = "checkbox";
  mean.checked = removeMean;
  mean.addEventListener("change", () => {
    set({ removeMean: mean.checked });
  });
  row.append(
    labelled("DC", `Remove the mean of ${label}`, mean),
    cutoff("high-pass", label, highPass, (value) => {
      set({ highPass: value });
    }),
    cutoff("low-pass", label, lowPass, (value) => {
      set({ lowPass: value });
    }),
    "Hz",
  );
  return row;
}

function cutoff(
  name: string,
  label: string,
  value: number | null,
  set: (value: number | null) => void,
): HTMLElement {
  const field = document.createElement("input");
  field.type = "number";
  field.min = "0";
  field.step = "any";
  field.placeholder = "none";
  field.value = value === null ? "" : String(value);
  field.addEventListener("change", () => {
    const typed = field.valueAsNumber;
    set(Number.isFinite(typed) && typed > 0 ? typed : null);
  });
  return labelled(name, `Cut-off of the ${name} of ${label}, in Hz`, field);
}

function labelled(text: string, title: string, field: HTMLInputElement): HTMLElement {
  const made = document.createElement("label");
  made.title = title;
  field.setAttribute("aria-label", title);
  made.append(text, field);
  return made;
}
