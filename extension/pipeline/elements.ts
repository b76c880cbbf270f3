// Elements of the page.

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  options: { readonly className?: string; readonly text?: string } = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = options.className ?? "";
  made.textContent = options.text ?? "";
  return made;
}

export function button(text: string, title: string, act: () => void): HTMLButtonElement {
  const made = element("button", { text });
  made.title = title;
  made.addEventListener("click", act);
  return made;
}

/** A list to choose from; a choice that is not in it is shown as well, so that nothing changes unseen. */
export function choice(
  options: readonly { readonly value: string; readonly text: string }[],
  chosen: string,
  changed: (value: string) => void,
): HTMLSelectElement {
  const made = element("select");
  const isKnown = options.some(({ value }) => value === chosen);
  const missing = { value: chosen, text: chosen === "" ? "(choose)" : `${chosen} (not there)` };
  for (const { value, text } of isKnown ? options : [missing, ...options]) {
    const option = element("option", { text });
    option.value = value;
    option.selected = value === chosen;
    made.append(option);
  }
  made.addEventListener("change", () => {
    changed(made.value);
  });
  return made;
}
