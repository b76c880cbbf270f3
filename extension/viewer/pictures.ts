// The row of pictures above the lanes.

import type { Controls } from "./controls";
import { element } from "./elements";
import type { Layout } from "./layout";
import { PictureMouse } from "./pictureMouse";
import { PictureView } from "./pictureView";

export class Pictures {
  readonly element = element("pictures");
  readonly #viewer: Controls;

  constructor(viewer: Controls) {
    this.#viewer = viewer;
  }

  /** Make a view for each picture; those that are shown already stay. */
  show({ pictures, lanes }: Layout): void {
    const { state } = this.#viewer;
    const isSame =
      pictures.length === state.pictures.length &&
      pictures.every(({ key }, place) => state.pictures[place]?.key === key);
    if (!isSame) {
      state.pictures = pictures.map((picture) => new PictureView(picture));
      for (const view of state.pictures) {
        new PictureMouse(this.#viewer, view);
      }
      this.element.replaceChildren(...state.pictures.map((view) => view.element));
    }
    pictures.forEach((picture, place) => state.pictures[place]?.setPanel(picture));
    this.element.classList.toggle("alone", lanes.length === 0);
  }

  draw(): void {
    const { state } = this.#viewer;
    const { theme, selection } = state;
    for (const view of state.pictures) {
      view.draw({
        theme,
        selection,
        colorOf: (key) => state.overlayColor(key),
        rangeOf: (key) => {
          const { low, high } = state.keys.get(key) ?? { low: 0, high: 1 };
          return { low: low ?? 0, high: high ?? 1 };
        },
      });
    }
  }
}
