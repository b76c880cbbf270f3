import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  emptyLayout,
  filterLabel,
  keysOf,
  layoutText,
  newLane,
  newOverlay,
  newPicture,
  newSeries,
  parseLayout,
  type Layout,
  type Series,
} from "../../../extension/viewer/layout";

const layout: Layout = {
  ...emptyLayout,
  time: 5,
  window: [0, 100.5],
  lanes: [
    { ...newLane({ ...newSeries("angle"), removeMean: true, highPass: 0.5, lowPass: 300 }), weight: 2 },
    { ...newLane({ ...newSeries("trials"), color: "#ff0000" }), behind: true },
  ],
  pictures: [{ ...newPicture("video"), overlays: [newOverlay("whisker")] }],
  bookmarks: [{ time: 7, label: "a sneeze" }],
  periEvent: {
    key: "unit_3",
    alignment: "trials",
    before: 0.5,
    after: 1,
    bin: 0.02,
    sort: "latency",
    sortKey: "",
    sortColumn: 0,
    descending: true,
  },
};

test("a layout that was written is read as it was", () => {
  expect(parseLayout(layoutText(layout))).toEqual(layout);
});

test("a filter is named as in the field, and nothing is said where there is none", () => {
  const label = (part: Partial<Series>): string => filterLabel({ ...newSeries("lfp"), ...part });
  expect(label({})).toBe("");
  expect(label({ removeMean: true })).toBe("mean removed");
  expect(label({ removeMean: true, highPass: 300 })).toBe("high-pass 300 Hz");
  expect(label({ removeMean: true, lowPass: 9.5 })).toBe("mean removed, low-pass 9.5 Hz");
  expect(label({ highPass: 300, lowPass: 6000 })).toBe("band-pass 300–6000 Hz");
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
