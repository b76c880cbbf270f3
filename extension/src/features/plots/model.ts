// What a plot is taken from, called and saved as. Pure.

import type { DisplayOutput } from "../../protocol/generated";

export type PictureType = "png" | "svg";

/** The picture of a display, as the content of a file; undefined: it has none. */
export function pictureOf(
  output: Pick<DisplayOutput, "data">,
): { readonly type: PictureType; readonly content: Uint8Array } | undefined {
  const svg = output.data["image/svg+xml"];
  if (svg !== undefined) {
    return { type: "svg", content: Buffer.from(svg, "utf8") };
  }
  const png = output.data["image/png"];
  return png === undefined ? undefined : { type: "png", content: Buffer.from(png, "base64") };
}

/** How many of the newest are kept; `sizes` in bytes, newest first. */
export function keptOf(
  sizes: readonly number[],
  limits: { readonly count: number; readonly bytes: number },
): number {
  let total = 0;
  const tooMany = sizes.findIndex((size, index) => {
    total += size;
    return index >= limits.count || total > limits.bytes;
  });
  return tooMany < 0 ? sizes.length : Math.max(tooMany, 1);
}

/** When a plot was drawn, and what drew it. */
export function plotLabel(
  time: string,
  code: string,
  place: { readonly name: string; readonly line?: number } | undefined,
): string {
  const first = code.split("\n").find((line) => line.trim() !== "") ?? "";
  const source =
    place === undefined
      ? first.trim()
      : place.line === undefined
        ? place.name
        : `${place.name}, line ${place.line + 1}`;
  return `${time} · ${source}`;
}

/** What a plot can be saved as; the first is what it is kept as. */
export function formatsOf(type: PictureType, canBeDrawnAgain: boolean): readonly ("png" | "svg" | "pdf")[] {
  const others = (["png", "svg", "pdf"] as const).filter((format) => format !== type);
  return canBeDrawnAgain ? [type, ...others] : [type];
}
