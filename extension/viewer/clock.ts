// The time of the cursor, in the bar; what is typed there is where the viewer goes.

/** A field that shows a time, and `go`es where somebody types. */
export class Clock {
  readonly element = document.createElement("input");
  #label = "";

  constructor(go: (text: string) => Promise<boolean>) {
    const field = this.element;
    field.className = "clock";
    field.title = "Time of the cursor; type where to go: a time, tick 3000, index 500 or frame 120 (G)";
    field.setAttribute("aria-label", "Time of the cursor, or where to go");
    field.spellcheck = false;
    field.addEventListener("focus", () => {
      field.select();
    });
    field.addEventListener("blur", () => {
      this.#close();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        void go(field.value).then((isThere) => {
          field.setAttribute("aria-invalid", String(!isThere));
          if (isThere) {
            field.blur();
          }
        });
      } else if (event.key === "Escape") {
        field.blur();
      }
    });
  }

  get label(): string {
    return this.#label;
  }

  /** Show a time, unless somebody is typing. */
  show(label: string): void {
    this.#label = label;
    if (document.activeElement !== this.element) {
      this.element.value = label;
    }
  }

  #close(): void {
    this.element.value = this.#label;
    this.element.setAttribute("aria-invalid", "false");
  }
}
