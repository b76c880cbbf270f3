// A raster above a PSTH. Pure, but for the surface that is drawn on.

import type { Surface } from "./surface";
import type { Theme } from "./theme";
import { roundNumbers, valueLabel } from "./time";
import type { PeriEvents } from "./views";

const margin = { left: 46, right: 10, top: 6, bottom: 34, between: 8 };

export function drawRaster(
  surface: Surface,
  { edges, rates, trials, offsets, rasterTrialCount, isInSeconds }: PeriEvents,
  { theme, width, height }: { readonly theme: Theme; readonly width: number; readonly height: number },
): void {
  surface.fillStyle = theme.background;
  surface.fillRect(0, 0, width, height);
  const [first, last] = [edges[0] ?? 0, edges.at(-1) ?? 1];
  const plot = { x: margin.left, width: width - margin.left - margin.right };
  const x = (time: number): number => plot.x + ((time - first) / (last - first)) * plot.width;
  const whole = height - margin.top - margin.bottom - margin.between;
  const raster = { y: margin.top, height: whole * 0.55 };
  const psth = { y: raster.y + raster.height + margin.between, height: whole * 0.45 };
  const color = theme.series[0] ?? theme.foreground;

  surface.font = `11px ${theme.font}`;
  surface.textAlign = "center";
  surface.textBaseline = "top";
  for (const mark of roundNumbers(first, last, Math.max(2, Math.floor(plot.width / 70)))) {
    surface.fillStyle = theme.grid;
    surface.fillRect(x(mark), raster.y, 1, psth.y + psth.height - raster.y);
    surface.fillStyle = theme.dim;
    surface.fillText(valueLabel(mark), x(mark), psth.y + psth.height + 4);
  }
  surface.fillStyle = theme.dim;
  surface.fillText(
    isInSeconds ? "s from alignment" : "ticks from alignment",
    plot.x + plot.width / 2,
    height - 15,
  );

  const row = raster.height / Math.max(rasterTrialCount, 1);
  surface.fillStyle = color;
  for (const [place, trial] of trials.entries()) {
    surface.fillRect(
      x(offsets[place] ?? NaN) - 0.5,
      raster.y + trial * row,
      1.25,
      Math.max(row * 0.85, 0.75),
    );
  }

  const most = rates.reduce((a, b) => (b > a ? b : a), 0) || 1;
  const y = (rate: number): number => psth.y + psth.height * (1 - rate / (most * 1.05));
  for (const [bin, rate] of rates.entries()) {
    const [from, to] = [x(edges[bin] ?? NaN), x(edges[bin + 1] ?? NaN)];
    if (Number.isNaN(rate)) {
      surface.fillStyle = theme.grid; // never recorded: not a rate of 0
      surface.fillRect(from, psth.y, to - from, psth.height);
    } else {
      surface.fillStyle = color;
      surface.fillRect(from, y(rate), Math.max(to - from, 1), psth.y + psth.height - y(rate));
    }
  }
  surface.fillStyle = theme.dim;
  surface.textAlign = "right";
  surface.textBaseline = "middle";
  for (const mark of roundNumbers(0, most, 3)) {
    surface.fillText(valueLabel(mark), plot.x - 6, y(mark));
    surface.fillRect(plot.x - 4, y(mark), 4, 1);
  }
  surface.fillText(isInSeconds ? "Hz" : "per tick", plot.x - 6, psth.y - 4);
  surface.fillText(String(rasterTrialCount), plot.x - 6, raster.y + raster.height - 10);
  surface.fillText("1", plot.x - 6, raster.y + 4);
  surface.fillRect(plot.x, psth.y + psth.height, plot.width, 1);
  surface.fillStyle = theme.cursor;
  surface.fillRect(x(0), raster.y, 1, psth.y + psth.height - raster.y);
}
