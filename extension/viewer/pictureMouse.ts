// What the mouse does over a picture: zoom, move, select what is drawn over it, and change that.

import type { Controls } from "./controls";
import { Drawing } from "./drawing";
import { dragging } from "./elements";
import type { PictureView } from "./pictureView";

export class PictureMouse {
  readonly #viewer: Controls;
  readonly #view: PictureView;
  readonly #drawing: Drawing;

  constructor(viewer: Controls, view: PictureView) {
    this.#viewer = viewer;
    this.#view = view;
    this.#drawing = new Drawing(viewer, view);
    const { canvas } = view;
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        if (this.#drawing.resizesBrush(event)) {
          return;
        }
        view.zoomAt(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
        viewer.redraw();
      },
      { passive: false },
    );
    canvas.addEventListener("pointerdown", (event) => {
      this.#grabbed(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons === 0) {
        this.#hovered(event);
      }
    });
    canvas.addEventListener("pointerleave", () => {
      this.#drawing.left();
    });
    canvas.addEventListener("dblclick", () => {
      view.fit();
      viewer.redraw();
    });
  }

  /** Drag to move; a click selects the point, line or mask that is there. */
  #grabbed(event: PointerEvent): void {
    if (this.#drawing.follows(event)) {
      return;
    }
    let [x, y] = [event.offsetX, event.offsetY];
    let hasMoved = false;
    dragging(
      this.#view.canvas,
      event,
      (now) => {
        hasMoved ||= Math.hypot(now.offsetX - event.offsetX, now.offsetY - event.offsetY) > 3;
        if (hasMoved) {
          this.#view.moveBy(now.offsetX - x, now.offsetY - y);
          [x, y] = [now.offsetX, now.offsetY];
          this.#viewer.redraw();
        }
      },
      () => {
        if (!hasMoved) {
          this.#viewer.select(this.#view.shapeAt(event.offsetX, event.offsetY));
        }
      },
    );
  }

  #hovered(event: PointerEvent): void {
    const { canvas } = this.#view;
    this.#drawing.hovered(event);
    const shape = this.#view.shapeAt(event.offsetX, event.offsetY);
    canvas.style.cursor = shape === undefined ? "grab" : "pointer";
    canvas.title = shape === undefined ? "" : `${shape.key} #${String(shape.entityId)}`;
  }
}
