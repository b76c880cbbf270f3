import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  emptyLayout,
  keysOf,
  layoutText,
  newLane,
  newOverlay,
  newPicture,
  newSeries,
  parseLayout,
  type Layout,
} from "../../../extension/viewer/layout";

const layout: Layout = {
  ...emptyLayout,
  time: 5,
  window: [0, 100.5],
  lanes: [
    { ...newLane(newSeries("angle")), weight: 2 },
    { ...newLane({ ...newSeries("trials"), color: "#ff0000" }), behind: true },
  ],
  pictures: [{ ...newPicture("video"), overlays: [newOverlay("whisker")] }],
  bookmarks: [{ time: 7, label: "a sneeze" }],
};

test("a layout that was written is read as it was", () => {
  expect(parseLayout(layoutText(layout))).toEqual(layout);
});

test("an empty file is an empty layout", () => {
  expect(parseLayout("  \n")).toEqual(emptyLayout);
});

test("all keys of a layout are known, each once", () => {
  expect(keysOf(layout)).toEqual(["angle", "trials", "video", "whisker"]);
});

test("any JSON is a layout or says why not", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      try {
        expect(parseLayout(text).version).toBe(1);
      } catch (error) {
        expect(String(error)).toMatch(/not a layout|version/);
      }
    }),
  );
});

test("a layout of a newer version is refused", () => {
  expect(() => parseLayout('{"version": 2, "lanes": []}')).toThrow("version 2");
});

describe("a lane layout of upstream's data viewer", () => {
  const text = JSON.stringify({
    version: 2,
    mode: "Replace",
    lanes: [
      {
        lane_id: "b",
        display_label: "",
        lane_order: 2,
        series: [{ key: "lfp_1", type: "Analog", visible: false }],
      },
      {
        lane_id: "a",
        display_label: "Whisker",
        lane_order: 1,
        lane_weight: 3,
        series: [{ key: "angle", type: "Analog", color: "#00ff00" }],
      },
    ],
    event_associations: [{ event_key: "licks", target_lane_id: "a", placement: "Overlay", color: "#0000ff" }],
  });

  test("keeps order, labels, weights, colours and what is hidden", () => {
    const { lanes } = parseLayout(text);
    expect(lanes.map(({ label, weight }) => [label, weight])).toEqual([
      ["Whisker", 3],
      ["lfp_1", 1],
    ]);
    expect(lanes[0]?.series[0]?.color).toBe("#00ff00");
    expect(lanes[1]?.series[0]?.visible).toBe(false);
  });

  test("has the events of a lane in it", () => {
    expect(parseLayout(text).lanes[0]?.series.map(({ key }) => key)).toEqual(["angle", "licks"]);
  });
});
