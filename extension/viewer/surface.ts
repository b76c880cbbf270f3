// What is drawn on: a canvas, or an SVG picture that takes the same strokes.

export type Surface = Pick<
  CanvasRenderingContext2D,
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "closePath"
  | "arc"
  | "rect"
  | "stroke"
  | "fill"
  | "fillRect"
  | "strokeRect"
  | "fillText"
  | "save"
  | "restore"
  | "clip"
  | "setLineDash"
> & {
  fillStyle: string | CanvasGradient | CanvasPattern;
  strokeStyle: string | CanvasGradient | CanvasPattern;
  lineWidth: number;
  lineJoin: CanvasLineJoin;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
};

type Style = {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
  dash: string;
  groups: number;
};

/** Writes down what is drawn as SVG. */
export class SvgSurface implements Surface {
  readonly #parts: string[] = [];
  readonly #saved: Style[] = [];
  readonly #size: readonly [number, number];
  #path = "";
  #clips = 0;
  #groups = 0;
  #dash = "";
  fillStyle: string | CanvasGradient | CanvasPattern = "#000";
  strokeStyle: string | CanvasGradient | CanvasPattern = "#000";
  lineWidth = 1;
  lineJoin: CanvasLineJoin = "round";
  globalAlpha = 1;
  font = "12px sans-serif";
  textAlign: CanvasTextAlign = "left";
  textBaseline: CanvasTextBaseline = "alphabetic";

  constructor(width: number, height: number) {
    this.#size = [width, height];
  }

  beginPath(): void {
    this.#path = "";
  }

  moveTo(x: number, y: number): void {
    this.#path += `M${short(x)} ${short(y)}`;
  }

  lineTo(x: number, y: number): void {
    this.#path += `L${short(x)} ${short(y)}`;
  }

  closePath(): void {
    this.#path += "Z";
  }

  arc(x: number, y: number, radius: number): void {
    const r = short(radius);
    this.#path += `M${short(x - radius)} ${short(y)}a${r} ${r} 0 1 0 ${short(2 * radius)} 0a${r} ${r} 0 1 0 ${short(-2 * radius)} 0Z`;
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.#path += `M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`;
  }

  stroke(): void {
    this.#parts.push(
      `<path d="${this.#path}" fill="none" stroke="${text(this.strokeStyle)}" stroke-width="${short(this.lineWidth)}" stroke-linejoin="round"${this.#dash}${this.#opacity()}/>`,
    );
  }

  fill(): void {
    this.#parts.push(`<path d="${this.#path}" fill="${text(this.fillStyle)}"${this.#opacity()}/>`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.#parts.push(
      `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" fill="${text(this.fillStyle)}"${this.#opacity()}/>`,
    );
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.#path = "";
    this.rect(x, y, width, height);
    this.stroke();
  }

  fillText(label: string, x: number, y: number): void {
    const anchor = { left: "start", start: "start", center: "middle", right: "end", end: "end" }[
      this.textAlign
    ];
    const baseline =
      { top: "hanging", middle: "central", alphabetic: "auto" }[this.textBaseline as string] ?? "auto";
    this.#parts.push(
      `<text x="${short(x)}" y="${short(y)}" style="font:${text(this.font)}" text-anchor="${anchor}" dominant-baseline="${baseline}" fill="${text(this.fillStyle)}"${this.#opacity()}>${text(label)}</text>`,
    );
  }

  save(): void {
    this.#saved.push({
      fillStyle: text(this.fillStyle),
      strokeStyle: text(this.strokeStyle),
      lineWidth: this.lineWidth,
      globalAlpha: this.globalAlpha,
      font: this.font,
      textAlign: this.textAlign,
      textBaseline: this.textBaseline,
      dash: this.#dash,
      groups: this.#groups,
    });
  }

  restore(): void {
    const saved = this.#saved.pop();
    if (saved === undefined) {
      return;
    }
    const { dash, groups, ...style } = saved;
    Object.assign(this, style);
    this.#dash = dash;
    for (; this.#groups > groups; this.#groups--) {
      this.#parts.push("</g>");
    }
  }

  clip(): void {
    this.#clips += 1;
    this.#groups += 1;
    const id = `clip${String(this.#clips)}`;
    this.#parts.push(`<clipPath id="${id}"><path d="${this.#path}"/></clipPath><g clip-path="url(#${id})">`);
  }

  setLineDash(lengths: Iterable<number>): void {
    const list = [...lengths];
    this.#dash = list.length === 0 ? "" : ` stroke-dasharray="${list.join(" ")}"`;
  }

  /** The picture as a file. */
  svg(): string {
    const [width, height] = this.#size.map(String);
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width ?? ""}" height="${height ?? ""}" viewBox="0 0 ${width ?? ""} ${height ?? ""}">${this.#parts.join("\n")}</svg>\n`;
  }

  #opacity(): string {
    return this.globalAlpha === 1 ? "" : ` opacity="${short(this.globalAlpha)}"`;
  }
}

function short(value: number): string {
  return String(Number(value.toFixed(2)));
}

function text(value: unknown): string {
  return (typeof value === "string" ? value : "none")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
