// The fields in which the legend shows how a signal is filtered for the screen, and how a picture is lit.

import { element } from "./elements";
import {
  colorMapNames,
  colorMapOr,
  type ColorMap,
  type Overlay,
  type PicturePanel,
  type Series,
} from "./layout";

type Filter = Pick<Series, "removeMean" | "highPass" | "lowPass" | "spectrogram">;

export function filterFields(
  label: string,
  { removeMean, highPass, lowPass, spectrogram }: Filter,
  set: (part: Partial<Filter>) => void,
): HTMLElement {
  const row = element("filters");
  row.append(
    checkbox("DC", `Remove the mean of ${label}`, removeMean, (isWanted) => {
      set({ removeMean: isWanted });
    }),
    cutoff("high-pass", label, highPass, (value) => {
      set({ highPass: value });
    }),
    cutoff("low-pass", label, lowPass, (value) => {
      set({ lowPass: value });
    }),
    "Hz",
    checkbox("spectrogram", `Show ${label} as power by time and frequency`, spectrogram, (isWanted) => {
      set({ spectrogram: isWanted });
    }),
  );
  return row;
}

function checkbox(name: string, title: string, value: boolean, set: (value: boolean) => void): HTMLElement {
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = value;
  box.addEventListener("change", () => {
    set(box.checked);
  });
  return labelled(name, title, box);
}

type Light = Pick<PicturePanel, "black" | "white" | "gamma" | "colorMap" | "trail">;

export function pictureFields(label: string, light: Light, set: (part: Partial<Light>) => void): HTMLElement {
  const row = element("filters");
  const field = (name: "black" | "white" | "gamma" | "trail", title: string): HTMLElement =>
    number(name, `${title} of ${label}`, light[name], (value) => {
      set({ [name]: value });
    });
  row.append(
    colorMapField(label, light.colorMap, (colorMap) => {
      set({ colorMap });
    }),
    field("black", "Brightness from which pixels are black,"),
    field("white", "Brightness up to which pixels are white,"),
    field("gamma", "Gamma"),
    field("trail", "Frames that points leave a trail for,"),
  );
  return row;
}

/** Fields of what lies over a picture. */
export function overlayFields(
  { key, opacity, group, threshold, channel, colorMap }: Overlay,
  known: { readonly groups: readonly string[]; readonly hasLikelihood: boolean; readonly isHeat: boolean },
  set: (part: Partial<Overlay>) => void,
): HTMLElement {
  const row = element("filters");
  row.append(
    number("opacity", `Opacity of ${key}`, opacity, (value) => {
      set({ opacity: Math.min(value, 1) });
    }),
  );
  if (known.hasLikelihood) {
    row.append(
      number("likelihood ≥", `Least likelihood of ${key}`, threshold, (value) => {
        set({ threshold: value });
      }),
    );
  }
  if (known.isHeat) {
    row.append(
      colorMapField(key, colorMap, (value) => {
        set({ colorMap: value });
      }),
      number("channel", `Channel of ${key}`, channel, (value) => {
        set({ channel: Math.round(value) });
      }),
    );
  } else if (known.groups.length > 0 || group !== "") {
    const names = known.groups.includes(group) || group === "" ? known.groups : [...known.groups, group];
    const list = document.createElement("select");
    list.append(
      new Option("all", "", false, group === ""),
      ...names.map((name) => new Option(name, name, false, name === group)),
    );
    list.addEventListener("change", () => {
      set({ group: list.value });
    });
    row.append(labelled("group", `Group of ${key} that is shown`, list));
  }
  return row;
}

export function colorMapField(label: string, value: ColorMap, set: (value: ColorMap) => void): HTMLElement {
  const list = document.createElement("select");
  list.append(...colorMapNames.map((name) => new Option(name, name, false, name === value)));
  list.addEventListener("change", () => {
    set(colorMapOr(list.value, value));
  });
  return labelled("", `Color map of ${label}`, list);
}

function number(name: string, title: string, value: number, set: (value: number) => void): HTMLElement {
  return numberField(name, title, String(value), (typed) => {
    set(typed >= 0 ? typed : value);
  });
}

function cutoff(
  name: string,
  label: string,
  value: number | null,
  set: (value: number | null) => void,
): HTMLElement {
  const title = `Cut-off of the ${name} of ${label}, in Hz`;
  return numberField(
    name,
    title,
    value === null ? "" : String(value),
    (typed) => {
      set(typed > 0 ? typed : null);
    },
    "none",
  );
}

/** A field that tells the number that is typed; NaN for anything else. */
function numberField(
  name: string,
  title: string,
  value: string,
  changed: (typed: number) => void,
  placeholder = "",
): HTMLElement {
  const field = document.createElement("input");
  field.type = "number";
  field.min = "0";
  field.step = "any";
  field.placeholder = placeholder;
  field.value = value;
  field.addEventListener("change", () => {
    changed(Number.isFinite(field.valueAsNumber) ? field.valueAsNumber : NaN);
  });
  return labelled(name, title, field);
}

function labelled(text: string, title: string, field: HTMLElement): HTMLElement {
  const made = document.createElement("label");
  made.title = title;
  field.setAttribute("aria-label", title);
  made.append(text, field);
  return made;
}
