// Pictures of videos and images, with the shapes over them; each on the clock of its key.

import { contextOf } from "./elements";
import type { PicturePanel } from "./layout";
import type { Theme } from "./theme";
import type { Picture, Shapes } from "./views";

type Place = { readonly x: number; readonly y: number; readonly scale: number };

/** One picture: its canvas, zoomed by the wheel, moved by the mouse. */
export class PictureView {
  readonly element = document.createElement("figure");
  readonly #canvas = document.createElement("canvas");
  readonly #caption = document.createElement("figcaption");
  readonly #pixels = document.createElement("canvas");
  #picture: Picture | undefined;
  #zoom = 1;
  #moved: readonly [number, number] = [0, 0];
  #panel: PicturePanel;
  readonly #redraw: () => void;

  constructor(panel: PicturePanel, redraw: () => void) {
    this.#panel = panel;
    this.#redraw = redraw;
    this.element.append(this.#canvas, this.#caption);
    this.#canvas.tabIndex = 0;
    this.#canvas.setAttribute("role", "img");
    this.#canvas.addEventListener("wheel", this.#wheel, { passive: false });
    this.#canvas.addEventListener("pointerdown", this.#drag);
    this.#canvas.addEventListener("dblclick", () => {
      this.#zoom = 1;
      this.#moved = [0, 0];
      this.#redraw();
    });
  }

  get key(): string {
    return this.#panel.key;
  }

  get picture(): Picture | undefined {
    return this.#picture;
  }

  get canvas(): HTMLCanvasElement {
    return this.#canvas;
  }

  /** The most pixels that are of use. */
  budget(): number {
    const ratio = window.devicePixelRatio;
    const area =
      this.#canvas.clientWidth * this.#canvas.clientHeight * ratio * ratio * this.#zoom * this.#zoom;
    return Math.round(Math.min(Math.max(area, 640 * 480), 2.7e6));
  }

  setPanel(panel: PicturePanel): void {
    const isLighting =
      panel.black !== this.#panel.black ||
      panel.white !== this.#panel.white ||
      panel.gamma !== this.#panel.gamma;
    this.#panel = panel;
    if (isLighting && this.#picture !== undefined) {
      this.#paint(this.#picture);
    }
  }

  show(picture: Picture): void {
    this.#picture = picture;
    this.#paint(picture);
  }

  draw(theme: Theme, colorOf: (key: string) => string): void {
    const canvas = this.#canvas;
    const context = contextOf(canvas);
    const picture = this.#picture;
    if (context === null || picture === undefined) {
      return;
    }
    context.fillStyle = theme.background;
    context.fillRect(0, 0, canvas.clientWidth, canvas.clientHeight);
    const isThere = picture.pixels.length > 0;
    const frame = `frame ${picture.index.toLocaleString("en")} of ${picture.frameCount.toLocaleString("en")}`;
    this.#caption.textContent = isThere ? `${this.key} · ${frame}` : `${this.key}: ${picture.message}`;
    canvas.setAttribute("aria-label", this.#caption.textContent);
    const place = this.#place(picture);
    if (isThere) {
      context.imageSmoothingEnabled = place.scale < 2;
      const { columns, rows, step } = picture;
      context.drawImage(
        this.#pixels,
        place.x,
        place.y,
        columns * step * place.scale,
        rows * step * place.scale,
      );
    }
    for (const shapes of picture.overlays) {
      const overlay = this.#panel.overlays.find(({ key }) => key === shapes.key);
      if (overlay?.visible === true) {
        context.globalAlpha = overlay.opacity;
        drawShapes(context, shapes, place, overlay.color || colorOf(shapes.key), overlay.size);
        context.globalAlpha = 1;
      }
    }
  }

  #place(picture: Picture): Place {
    const [width, height] = [this.#canvas.clientWidth, this.#canvas.clientHeight];
    const fit = Math.min(width / Math.max(picture.width, 1), height / Math.max(picture.height, 1));
    const scale = fit * this.#zoom;
    return {
      scale,
      x: (width - picture.width * scale) / 2 + this.#moved[0],
      y: (height - picture.height * scale) / 2 + this.#moved[1],
    };
  }

  #paint(picture: Picture): void {
    const { columns, rows, pixels } = picture;
    if (columns === 0 || rows === 0) {
      return;
    }
    const { black, white, gamma } = this.#panel;
    const light = Uint8ClampedArray.from({ length: 256 }, (_, value) => {
      const share = Math.min(Math.max((value - black) / Math.max(white - black, 1), 0), 1);
      return 255 * share ** (1 / Math.max(gamma, 0.05));
    });
    const image = new ImageData(columns, rows);
    const colors = pixels.length / (columns * rows);
    const target = new Uint32Array(image.data.buffer);
    for (let place = 0; place < target.length; place++) {
      const at = place * colors;
      const red = light[pixels[at] ?? 0] ?? 0;
      const green = colors === 3 ? (light[pixels[at + 1] ?? 0] ?? 0) : red;
      const blue = colors === 3 ? (light[pixels[at + 2] ?? 0] ?? 0) : red;
      target[place] = 0xff000000 | (blue << 16) | (green << 8) | red;
    }
    this.#pixels.width = columns;
    this.#pixels.height = rows;
    this.#pixels.getContext("2d")?.putImageData(image, 0, 0);
  }

  readonly #wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const picture = this.#picture;
    if (picture === undefined) {
      return;
    }
    const before = this.#place(picture);
    this.#zoom = Math.min(Math.max(this.#zoom * Math.exp(-event.deltaY / 400), 1), 40);
    const after = this.#place(picture);
    const [x, y] = [(event.offsetX - before.x) / before.scale, (event.offsetY - before.y) / before.scale];
    this.#moved = [
      this.#moved[0] + event.offsetX - (after.x + x * after.scale),
      this.#moved[1] + event.offsetY - (after.y + y * after.scale),
    ];
    this.#redraw();
  };

  readonly #drag = (event: PointerEvent): void => {
    const canvas = this.#canvas;
    const from = [event.clientX - this.#moved[0], event.clientY - this.#moved[1]] as const;
    canvas.setPointerCapture(event.pointerId);
    const move = (now: PointerEvent): void => {
      this.#moved = [now.clientX - from[0], now.clientY - from[1]];
      this.#redraw();
    };
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener(
      "pointerup",
      () => {
        canvas.removeEventListener("pointermove", move);
      },
      { once: true },
    );
  };
}

function drawShapes(
  context: CanvasRenderingContext2D,
  shapes: Shapes,
  place: Place,
  color: string,
  size: number,
): void {
  const { offsets, points } = shapes;
  context.fillStyle = color;
  context.strokeStyle = color;
  context.lineWidth = size;
  context.lineJoin = "round";
  context.lineCap = "round";
  // A pixel's coordinates are its centre.
  const x = (point: number): number => place.x + ((points[2 * point] ?? NaN) + 0.5) * place.scale;
  const y = (point: number): number => place.y + ((points[2 * point + 1] ?? NaN) + 0.5) * place.scale;
  for (let entry = 0; entry + 1 < offsets.length; entry++) {
    const [first, end] = [offsets[entry] ?? 0, offsets[entry + 1] ?? 0];
    context.beginPath();
    for (let point = first; point < end; point++) {
      if (shapes.shape === "masks") {
        context.rect(x(point) - place.scale / 2, y(point) - place.scale / 2, place.scale, place.scale);
      } else if (shapes.shape === "lines" && point > first) {
        context.lineTo(x(point), y(point));
      } else if (shapes.shape === "lines") {
        context.moveTo(x(point), y(point));
      } else {
        context.moveTo(x(point) + 2 * size, y(point));
        context.arc(x(point), y(point), 2 * size, 0, 2 * Math.PI);
      }
    }
    if (shapes.shape === "lines") {
      context.stroke();
    } else {
      context.save();
      context.globalAlpha *= shapes.shape === "masks" ? 0.5 : 1;
      context.fill();
      context.restore();
    }
  }
}
