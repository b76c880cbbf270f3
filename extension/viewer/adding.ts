// Where data keys go in a layout that has them not yet. Pure.

import type { ViewOfKey } from "../src/protocol/generated";
import { keysOf, newLane, newOverlay, newPicture, newSeries, type Layout } from "./layout";

/** A layout with a key more: pictures on top, shapes over the first picture, everything else in a lane of its own. */
function withKey(layout: Layout, key: string, shape: string): Layout {
  switch (shape) {
    case "frames":
      return { ...layout, pictures: [...layout.pictures, newPicture(key)] };
    case "marks": {
      const first = layout.pictures[0] ?? newPicture("");
      const overlays = [...first.overlays, newOverlay(key)];
      return { ...layout, pictures: [{ ...first, overlays }, ...layout.pictures.slice(1)] };
    }
    default:
      return { ...layout, lanes: [...layout.lanes, newLane(newSeries(key))] };
  }
}

/** A layout with those of the wanted keys that it has not; and what is wrong with the last that it cannot have. */
export function withKeys(
  layout: Layout,
  wanted: readonly string[],
  known: readonly Pick<ViewOfKey, "key" | "shape" | "problem">[],
): { readonly layout: Layout; readonly problem: string } {
  let [shown, problem] = [layout, ""];
  for (const { key, shape, problem: its } of known.filter((one) => !keysOf(shown).includes(one.key))) {
    if (shape === "none") {
      problem = its;
    } else {
      shown = withKey(shown, key, shape);
    }
  }
  const missing = wanted.filter((key) => !known.some((found) => found.key === key));
  return {
    layout: shown,
    problem: missing.length > 0 ? `There is no data key ${missing.join(", ")}.` : problem,
  };
}

/** A layout with intervals as a frame of each picture, or the rows of a tensor as heat maps over it. */
export function overPictures(layout: Layout, key: string): Layout {
  const pictures = layout.pictures.map((picture) =>
    picture.overlays.some((overlay) => overlay.key === key)
      ? picture
      : { ...picture, overlays: [...picture.overlays, newOverlay(key)] },
  );
  return { ...layout, pictures };
}
