// A picture of a video or an image, with the shapes over it, on the clock of its key.

import { colorAt, type Rgb } from "./colorMaps";
import { contextOf } from "./elements";
import type { PicturePanel } from "./layout";
import { drawBorder, drawBrush, drawHeat, drawShapes, drawTrail } from "./overlays";
import { entryAt, pointsOf, spotAt, withEntry, type Place, type Spot } from "./shapes";
import type { Selection } from "./messages";
import type { Theme } from "./theme";
import type { Picture, Shapes } from "./views";

/** How far from a shape a click still means it, in pixels of the page. */
const nearPixels = 6;

/** A shape as it is being drawn, in place of the one that is stored. */
export type Draft = {
  readonly key: string;
  /** 0: a new one. */
  readonly entityId: number;
  readonly points: Float32Array;
  /** The next picture shows it. */
  readonly isStored: boolean;
};

/** What a picture is drawn with. */
export type PictureScene = {
  readonly theme: Theme;
  readonly colorOf: (key: string) => string;
  /** Between which values a tensor lies. */
  readonly rangeOf: (key: string) => { readonly low: number; readonly high: number };
  readonly selection: Selection | undefined;
};

export class PictureView {
  draft: Draft | undefined;
  /** Where the brush is, on the canvas, and its radius there. */
  brush: { readonly x: number; readonly y: number; readonly radius: number } | undefined;
  readonly element = document.createElement("figure");
  readonly #canvas = document.createElement("canvas");
  readonly #caption = document.createElement("figcaption");
  readonly #pixels = document.createElement("canvas");
  #picture: Picture | undefined;
  #zoom = 1;
  #moved: readonly [number, number] = [0, 0];
  #panel: PicturePanel;

  constructor(panel: PicturePanel) {
    this.#panel = panel;
    this.element.append(this.#canvas, this.#caption);
    this.#canvas.tabIndex = 0;
    this.#canvas.setAttribute("role", "img");
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
      panel.gamma !== this.#panel.gamma ||
      panel.colorMap !== this.#panel.colorMap;
    this.#panel = panel;
    if (isLighting && this.#picture !== undefined) {
      this.#paint(this.#picture);
    }
  }

  show(picture: Picture): void {
    this.#picture = picture;
    if (this.draft?.isStored === true) {
      this.draft = undefined;
    }
    this.#paint(picture);
  }

  get panel(): PicturePanel {
    return this.#panel;
  }

  /** The tick and the points of a shape, if it is in this picture. */
  entry(key: string, entityId: number): { readonly tick: number; readonly points: Float32Array } | undefined {
    const shapes = this.#shapes().find((overlay) => overlay.key === key);
    const points = shapes && pointsOf(shapes, entityId);
    const tick = shapes?.tick ?? null;
    return points === undefined || tick === null ? undefined : { tick, points };
  }

  /** Which part of a canvas it lies on; nothing before there is a picture. */
  place(): Place | undefined {
    return this.#picture === undefined ? undefined : this.#placeOf(this.#picture);
  }

  /** Zoom around a place of the canvas. */
  zoomAt(factor: number, x: number, y: number): void {
    const before = this.place();
    this.#zoom = Math.min(Math.max(this.#zoom * factor, 1), 40);
    const after = this.place();
    if (before !== undefined && after !== undefined) {
      const [inX, inY] = [(x - before.x) / before.scale, (y - before.y) / before.scale];
      this.moveBy(x - (after.x + inX * after.scale), y - (after.y + inY * after.scale));
    }
  }

  moveBy(x: number, y: number): void {
    this.#moved = [this.#moved[0] + x, this.#moved[1] + y];
  }

  /** Show all of it. */
  fit(): void {
    this.#zoom = 1;
    this.#moved = [0, 0];
  }

  /** The point, line or mask at a place of the canvas: small ones before those that they lie on. */
  shapeAt(x: number, y: number): Selection | undefined {
    const place = this.place();
    if (place === undefined) {
      return undefined;
    }
    const spot: Spot = spotAt(place, x, y);
    for (const shape of ["points", "lines", "masks"] as const) {
      let best: (Selection & { readonly distance: number }) | undefined;
      for (const shapes of this.#shapes()) {
        const overlay = this.#panel.overlays.find(({ key }) => key === shapes.key);
        if (shapes.shape !== shape || overlay?.visible !== true || shapes.tick === null) {
          continue;
        }
        const reach = shape === "points" ? Math.max(2 * overlay.size, nearPixels) : nearPixels;
        const { entry, distance } = entryAt(shapes, spot, shape === "masks" ? 0 : reach / place.scale);
        const entityId = shapes.entityIds[entry] ?? 0;
        if (entry !== -1 && entityId > 0 && distance < (best?.distance ?? Infinity)) {
          best = { key: shapes.key, entityId, start: shapes.tick, end: shapes.tick, distance };
        }
      }
      if (best !== undefined) {
        const { key, entityId, start, end } = best;
        return { key, entityId, start, end };
      }
    }
    return undefined;
  }

  draw({ theme, colorOf, rangeOf, selection }: PictureScene): void {
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
    const isSelected = picture.overlays.some(
      ({ key, entityIds }) => key === selection?.key && entityIds.includes(selection.entityId),
    );
    const selected = isSelected ? ` · ${selection?.key ?? ""} #${String(selection?.entityId)} selected` : "";
    this.#caption.textContent =
      (isThere ? `${this.key} · ${frame}` : `${this.key}: ${picture.message}`) + selected;
    canvas.setAttribute("aria-label", this.#caption.textContent);
    const place = this.#placeOf(picture);
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
    let border = 0; // how many there are
    for (const shapes of this.#shapes()) {
      const overlay = this.#panel.overlays.find(({ key }) => key === shapes.key);
      if (overlay?.visible === true) {
        const color = overlay.color || colorOf(shapes.key);
        context.globalAlpha = overlay.opacity;
        if (shapes.shape === "intervals" && shapes.entityIds.length > 0) {
          drawBorder(context, picture, place, { color, width: 2 * overlay.size, number: border });
          border += 1;
        }
        drawHeat(context, shapes, picture, place, { ...rangeOf(shapes.key), colorMap: overlay.colorMap });
        drawTrail(context, shapes.trail, place, color);
        drawShapes(context, shapes, place, {
          color,
          size: overlay.size,
          selected: selection?.key === shapes.key ? selection.entityId : 0,
          halo: "#ffffff",
        });
        context.globalAlpha = 1;
      }
    }
    if (this.brush !== undefined) {
      drawBrush(context, this.brush);
    }
  }

  /** What lies over the picture, as it is being changed. */
  #shapes(): readonly Shapes[] {
    const { draft } = this;
    const stored = this.#picture?.overlays ?? [];
    return draft === undefined
      ? stored
      : stored.map((one) => (one.key === draft.key ? withEntry(one, draft.entityId, draft.points) : one));
  }

  #placeOf(picture: Picture): Place {
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
    const { black, white, gamma, colorMap } = this.#panel;
    const light = Float64Array.from({ length: 256 }, (_, value) => {
      const share = Math.min(Math.max((value - black) / Math.max(white - black, 1), 0), 1);
      return share ** (1 / Math.max(gamma, 0.05));
    });
    const packed = Uint32Array.from({ length: 256 }, (_, share) => packedOf(colorAt(colorMap, share / 255)));
    const image = new ImageData(columns, rows);
    const colors = pixels.length / (columns * rows);
    const target = new Uint32Array(image.data.buffer);
    for (let place = 0; place < target.length; place++) {
      const at = place * colors;
      const red = light[pixels[at] ?? 0] ?? 0;
      if (colors !== 3) {
        target[place] = packed[Math.round(255 * red)] ?? 0;
        continue;
      }
      const green = light[pixels[at + 1] ?? 0] ?? 0;
      const blue = light[pixels[at + 2] ?? 0] ?? 0;
      target[place] =
        colorMap === "gray"
          ? packedOf([Math.round(255 * red), Math.round(255 * green), Math.round(255 * blue)])
          : (packed[Math.round(255 * (0.299 * red + 0.587 * green + 0.114 * blue))] ?? 0);
    }
    this.#pixels.width = columns;
    this.#pixels.height = rows;
    this.#pixels.getContext("2d")?.putImageData(image, 0, 0);
  }
}

/** A colour as canvases keep it. */
function packedOf([red, green, blue]: Rgb): number {
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}
