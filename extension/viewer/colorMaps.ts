// Colour maps: which colour a share from 0 to 1 has. Pure.

import type { ColorMap } from "./layout";

export type Rgb = readonly [number, number, number];

/** Colours at equal distances; those between them are mixed. Those of Matplotlib have its values. */
const maps = {
  gray: [
    [0, 0, 0],
    [255, 255, 255],
  ],
  viridis: [
    [68, 1, 84],
    [59, 82, 139],
    [33, 145, 140],
    [94, 201, 98],
    [253, 231, 37],
  ],
  magma: [
    [0, 0, 4],
    [81, 18, 124],
    [183, 55, 121],
    [252, 137, 97],
    [252, 253, 191],
  ],
  inferno: [
    [0, 0, 4],
    [87, 16, 110],
    [188, 55, 84],
    [249, 142, 9],
    [252, 255, 164],
  ],
  cividis: [
    [0, 34, 78],
    [66, 78, 108],
    [125, 124, 120],
    [188, 175, 111],
    [254, 232, 56],
  ],
  coolwarm: [
    [59, 76, 192],
    [141, 176, 254],
    [221, 221, 221],
    [244, 154, 123],
    [180, 4, 38],
  ],
} as const satisfies Readonly<Record<ColorMap, readonly Rgb[]>>;

export function colorAt(name: ColorMap, share: number): Rgb {
  const stops: readonly Rgb[] = maps[name];
  const place = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
  const low = Math.min(Math.floor(place), stops.length - 2);
  const [from, to] = [stops[low] ?? [0, 0, 0], stops[low + 1] ?? [0, 0, 0]];
  const mixed = (channel: 0 | 1 | 2): number =>
    Math.round(from[channel] + (place - low) * (to[channel] - from[channel]));
  return [mixed(0), mixed(1), mixed(2)];
}
