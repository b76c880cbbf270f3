// How the lanes are drawn, with what stands behind and over all of them.

import { drawGrid, drawSpans, drawTicks, drawTrace, xOf, type Box, type Scale } from "./draw";
import { drawLabel } from "./laneLabels";
import { filterLabel, type Series } from "./layout";
import {
  axisHeight,
  colorOf,
  gutter,
  idOf,
  ownScale,
  placedLanes,
  rightMargin,
  topMargin,
  type PlacedLane,
  type Scene,
} from "./scene";
import type { Surface } from "./surface";
import { roundNumbers, roundStep, timeLabel } from "./time";

export function drawScene(surface: Surface, scene: Scene): void {
  const { theme, width, height } = scene;
  surface.fillStyle = theme.background;
  surface.fillRect(0, 0, width, height);
  const lanes = placedLanes(scene);
  const plot: Box = {
    x: gutter,
    y: topMargin,
    width: width - gutter - rightMargin,
    height: height - axisHeight - topMargin,
  };
  const whole: Scale = { box: plot, window: scene.window, bottom: 0, top: 1, pixelRatio: scene.pixelRatio };
  drawAxis(surface, scene, whole);
  for (const lane of scene.layout.lanes.filter(({ behind }) => behind)) {
    for (const series of lane.series.filter(({ visible }) => visible)) {
      const shown = scene.shown.get(idOf(series));
      if (shown?.kind === "spans") {
        const style = {
          selected: selectedIn(scene, series),
          opacity: 0.16,
          isOutlined: theme.isHighContrast,
        };
        drawSpans(surface, shown, whole, colorOf(scene, series), style);
      }
    }
  }
  for (const placed of lanes) {
    drawLane(surface, scene, placed);
  }
  drawCursor(surface, scene, whole);
}

function drawLane(surface: Surface, scene: Scene, { lane, scale }: PlacedLane): void {
  const { theme } = scene;
  surface.fillStyle = theme.grid;
  surface.fillRect(0, scale.box.y + scale.box.height + 3, scene.width, 1 / scene.pixelRatio);
  const notes: string[] = [];
  for (const series of lane.series) {
    const shown = scene.shown.get(idOf(series));
    if (!series.visible || shown === undefined) {
      continue;
    }
    const color = colorOf(scene, series);
    switch (shown.kind) {
      case "trace":
        drawTrace(surface, shown, ownScale(scale, series), color);
        break;
      case "ticks":
        drawTicks(surface, shown, scale, color, selectedIn(scene, series));
        break;
      case "spans":
        drawSpans(surface, shown, scale, color, {
          selected: selectedIn(scene, series),
          opacity: 0.4,
          isOutlined: true,
        });
        break;
      case "grid":
        drawGrid(surface, shown, scale, series.colorMap);
        break;
      case "none":
      case "preparing":
        break;
    }
    notes.push(...(shown.kind === "trace" ? [filterLabel(series)] : []), shown.note);
  }
  drawLabel(surface, scene, lane, scale, notes.filter(Boolean));
}

function drawAxis(surface: Surface, scene: Scene, scale: Scale): void {
  const { theme, window } = scene;
  const { box } = scale;
  const rate = scene.ticksPerSecond;
  const unit = rate ?? 1;
  const count = Math.max(2, Math.floor(box.width / 110));
  const marks = roundNumbers(window.start / unit, window.end / unit, count);
  const step = roundStep(window.start / unit, window.end / unit, count) * unit;
  surface.font = `11px ${theme.font}`;
  surface.textAlign = "center";
  surface.textBaseline = "top";
  for (const mark of marks) {
    const x = xOf(scale, mark * unit);
    surface.fillStyle = theme.grid;
    surface.globalAlpha = theme.isHighContrast ? 0.4 : 1;
    surface.fillRect(x, box.y, 1 / scene.pixelRatio, box.height);
    surface.globalAlpha = 1;
    surface.fillStyle = theme.dim;
    surface.fillText(timeLabel(mark * unit, rate, step), x, box.y + box.height + 7);
  }
  surface.fillStyle = theme.dim;
  surface.fillRect(box.x, box.y + box.height + 2, box.width, 1 / scene.pixelRatio);
}

function drawCursor(surface: Surface, scene: Scene, scale: Scale): void {
  const { theme, time } = scene;
  for (const bookmark of scene.layout.bookmarks) {
    const x = xOf(scale, bookmark.time);
    if (x >= scale.box.x && x <= scale.box.x + scale.box.width) {
      surface.fillStyle = theme.selection;
      surface.beginPath();
      surface.moveTo(x - 5, 0);
      surface.lineTo(x + 5, 0);
      surface.lineTo(x, 8);
      surface.closePath();
      surface.fill();
    }
  }
  const x = xOf(scale, time);
  if (x < scale.box.x || x > scale.box.x + scale.box.width) {
    return;
  }
  surface.fillStyle = theme.cursor;
  surface.fillRect(
    Math.round(x * scene.pixelRatio) / scene.pixelRatio,
    0,
    Math.max(1, 1 / scene.pixelRatio),
    scale.box.y + scale.box.height + 4,
  );
}

function selectedIn(scene: Scene, series: Series): number {
  return scene.selection?.key === series.key ? scene.selection.entityId : 0;
}
