import { afterEach, expect, test } from "vitest";
import { decodeArray } from "../../extension/src/protocol/arrays";
import type { EditShape, OverlayView, ViewOfKey, WireArray } from "../../extension/src/protocol/generated";
import { float32, frame, key, shapes, ViewerPage } from "./harness/viewerPage";
import { waitUntil } from "./harness/waiting";

let viewer: ViewerPage | undefined;

afterEach(async () => {
  await viewer?.close();
  viewer = undefined;
});

/** A video of 200 by 100 pixels alone, drawn four times as large; what lies over it may change. */
async function showVideo(
  overlays: () => readonly OverlayView[],
  ...marks: readonly ViewOfKey[]
): Promise<ViewerPage> {
  viewer = await ViewerPage.open((method, params) => {
    switch (method) {
      case "assign":
        return { name: "right", count: 3, isMember: params["isMember"] !== false };
      case "editShape":
        return {
          ...params,
          entityId: Number(params["entityId"]) || 9,
          before: params["after"],
          after: params["before"],
        };
      case "describe":
        return {
          revision: 1,
          keys: [key("video", "frames", { width: 200, height: 100 }), ...marks],
          groups: ["hits", "misses"],
        };
      case "read":
        return { revision: 1, isOvertaken: false, lanes: [] };
      case "frame":
        return frame(...overlays());
      default:
        return { tick: 500, end: null };
    }
  });
  await viewer.tell({ kind: "open", text: "" });
  await viewer.tell({ kind: "add", keys: ["video", ...marks.map((mark) => mark.key)] });
  await viewer.page.locator("figcaption", { hasText: "frame 7 of 10" }).waitFor();
  return viewer;
}

/** Where a pixel of the video is on the page. */
async function placeOf(page: ViewerPage, x: number, y: number): Promise<readonly [number, number]> {
  const box = await page.page.locator("figure canvas").boundingBox();
  if (box === null) {
    throw new Error("There is no picture.");
  }
  const scale = Math.min(box.width / 200, box.height / 100);
  return [
    box.x + (box.width - 200 * scale) / 2 + (x + 0.5) * scale,
    box.y + (box.height - 100 * scale) / 2 + (y + 0.5) * scale,
  ];
}

test("a click on a line, a mask or a point in the picture selects its entity, and one beside them nothing", async () => {
  const all = [
    shapes("lines", "lines", [10, 10, 90, 10], [10, 50, 90, 50]),
    shapes("masks", "masks", [150, 50, 151, 50, 150, 51, 151, 51]),
    shapes("tips", "points", [90, 50]),
  ];
  const page = await showVideo(() => all, key("lines", "marks"), key("masks", "marks"), key("tips", "marks"));
  const selected = (): unknown =>
    page.said.filter((message) => message.kind === "selected").at(-1)?.selection;
  for (const [x, y, expected] of [
    [50, 50.5, { key: "lines", entityId: 2, start: 500, end: 500 }],
    [151, 51, { key: "masks", entityId: 1 }],
    [90, 50, { key: "tips", entityId: 1 }], // and not the line that ends there
    [30, 10, { key: "lines", entityId: 1 }],
    [50, 30, undefined],
  ] as const) {
    await page.page.mouse.click(...(await placeOf(page, x, y)));
    const told = (): boolean =>
      expected === undefined
        ? selected() === undefined
        : (selected() as { key?: string } | undefined)?.key === expected.key;
    await waitUntil("it is selected", () => Promise.resolve(told()));
    if (expected !== undefined) {
      expect(selected()).toMatchObject(expected);
      await page.page
        .locator("figcaption", { hasText: `${expected.key} #${String(expected.entityId)} selected` })
        .waitFor();
    }
  }
});

/** What changes of shapes the page has asked for: key, identity, and points before and after. */
function shapeEdits(page: ViewerPage): readonly (readonly [string, number, number[], number[]])[] {
  return page.said.flatMap((message) => {
    if (message.kind !== "request" || !message.method.endsWith("/editShape")) {
      return [];
    }
    const { key: name, entityId, before, after } = message.params as EditShape;
    const pointsOf = (array: WireArray): number[] =>
      Array.from(decodeArray({ ...array, dtype: "float32" }), (value) => Math.round(value));
    return [[name, entityId, pointsOf(before), pointsOf(after)] as const];
  });
}

async function drag(page: ViewerPage, ...spots: readonly (readonly [number, number])[]): Promise<void> {
  const { mouse } = page.page;
  for (const [place, [x, y]] of spots.entries()) {
    await mouse.move(...(await placeOf(page, x, y)));
    await (place === 0 ? mouse.down() : undefined);
  }
  await mouse.up();
}

test("a selected point is dragged, deleted and brought back, and Alt adds points, lines and pixels of a mask", async () => {
  const now = (name: string, first: readonly number[]): readonly (readonly number[])[] => {
    const edits = viewer === undefined ? [] : shapeEdits(viewer);
    const last = edits.filter(([edited, id]) => edited === name && id === 1);
    const points = last.at(-1)?.[3] ?? first;
    return points.length === 0 ? [] : [points];
  };
  const page = await showVideo(
    () => [
      shapes("tips", "points", ...now("tips", [90, 50])),
      shapes("traced", "lines", ...now("traced", [10, 10, 20, 10])),
      shapes("faces", "masks", ...now("faces", [150, 50, 151, 50])),
    ],
    key("tips", "marks", { type: "Points" }),
    key("traced", "marks", { type: "Line" }),
    key("faces", "marks", { type: "Mask" }),
  );
  const { keyboard, mouse } = page.page;
  const select = async (label: string, x: number, y: number): Promise<void> => {
    await mouse.click(...(await placeOf(page, x, y)));
    await page.page.locator("figcaption", { hasText: `${label} selected` }).waitFor();
  };
  const asked = async (...edit: readonly unknown[]): Promise<void> => {
    await waitUntil("it is asked for", () => Promise.resolve(shapeEdits(page).length === count + 1));
    count += 1;
    expect(shapeEdits(page).at(-1)).toEqual(edit);
  };
  let count = 0;

  await select("tips #1", 90, 50);
  await drag(page, [90, 50], [95, 52], [100, 55]);
  await asked("tips", 1, [90, 50], [100, 55]);
  await keyboard.press("Delete");
  await asked("tips", 1, [100, 55], []);
  await keyboard.press("Control+Z");
  await asked("tips", 1, [], [100, 55]);
  await keyboard.press("Control+Z");
  await asked("tips", 1, [100, 55], [90, 50]);
  await keyboard.press("Control+Y");
  await asked("tips", 1, [90, 50], [100, 55]);

  await keyboard.down("Alt");
  await mouse.click(...(await placeOf(page, 30, 40)));
  await asked("tips", 0, [], [30, 40]);
  await keyboard.up("Alt");

  await select("traced #1", 15, 10);
  await keyboard.down("Alt");
  await drag(page, [10, 80], [12, 80], [14, 82]);
  await keyboard.up("Alt");
  await asked("traced", 1, [10, 10, 20, 10], [10, 80, 12, 80, 14, 82]);

  await select("faces #1", 151, 50);
  await keyboard.down("Alt");
  await mouse.move(...(await placeOf(page, 152, 50)));
  await mouse.wheel(0, 1000); // the brush becomes one pixel
  await drag(page, [152, 50], [154, 50]);
  await asked("faces", 1, [150, 50, 151, 50], [150, 50, 151, 50, 152, 50, 153, 50, 154, 50]);
  await keyboard.down("Shift");
  await drag(page, [151, 50], [150, 50]);
  await asked("faces", 1, [150, 50, 151, 50, 152, 50, 153, 50, 154, 50], [152, 50, 153, 50, 154, 50]);
  await keyboard.up("Shift");
  await keyboard.up("Alt");
});

test("a number puts what is selected into that group, and Ctrl+Z takes it out again", async () => {
  const page = await showVideo(() => [shapes("tips", "points", [90, 50])], key("tips", "marks"));
  const asked = (): readonly unknown[] =>
    page.said.flatMap((message) =>
      message.kind === "request" && message.method.endsWith("/assign") ? [message.params] : [],
    );
  await page.page.keyboard.press("2");
  await page.page
    .locator(".hint", { hasText: "Select an event, interval, point, line or mask first" })
    .waitFor();
  await page.page.mouse.click(...(await placeOf(page, 90, 50)));
  await page.page.locator("figcaption", { hasText: "tips #1 selected" }).waitFor();
  await page.page.keyboard.press("2");
  await page.page.keyboard.press("Control+Z");
  await waitUntil("it is undone", () => Promise.resolve(asked().length === 2));
  expect(asked()).toEqual([
    { entityId: 1, groupNumber: 2, isMember: null },
    { entityId: 1, groupNumber: 2, isMember: false },
  ]);
  const hint = "tips #1 is in group 2, right (3 entities)";
  expect(page.said.some((message) => message.kind === "hint" && message.text === hint)).toBe(true);
});

test("what another viewer has selected stands out in this one", async () => {
  const page = await showVideo(() => [shapes("tips", "points", [90, 50])], key("tips", "marks"));
  await page.tell({ kind: "select", selection: { key: "tips", entityId: 1, start: 500, end: 500 } });
  await page.page.locator("figcaption", { hasText: "tips #1 selected" }).waitFor();
});

test("a color map that is chosen in the legend colors the picture, and trails and borders are asked for", async () => {
  const page = await showVideo(() => [], key("trials", "spans"));
  await page.page.keyboard.press("l");
  await page.page.getByRole("button", { name: "Frame the pictures while an interval lasts" }).click();
  const trail = page.page.getByLabel("Frames that points leave a trail for, of video");
  await trail.fill("25");
  await trail.press("Enter");
  await waitUntil("both are asked for", () =>
    Promise.resolve(
      page.said.some((message) => {
        const asked = (message.kind === "request" ? message.params : {}) as {
          readonly overlays?: readonly { readonly key: string }[];
          readonly trail?: number;
        };
        return asked.trail === 25 && asked.overlays?.[0]?.key === "trials";
      }),
    ),
  );
  await page.page.getByLabel("Color map of video").selectOption("viridis");
  await waitUntil("black is violet", () =>
    page.page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>("figure canvas");
      const context = canvas?.getContext("2d");
      const pixel = context?.getImageData((canvas?.width ?? 0) / 2, (canvas?.height ?? 0) / 2, 1, 1).data;
      return pixel?.[0] === 68 && pixel[1] === 1 && pixel[2] === 84;
    }),
  );
});

test("a group and a least likelihood that are chosen in the legend are asked for", async () => {
  const page = await showVideo(() => [], key("nose", "marks", { likelihoodKey: "nose_likelihood" }));
  await page.page.keyboard.press("l");
  await page.page.getByLabel("Group of nose that is shown").selectOption("misses");
  const least = page.page.getByLabel("Least likelihood of nose");
  await least.fill("0.6");
  await least.press("Enter");
  const opacity = page.page.getByLabel("Opacity of nose");
  await opacity.fill("0.5");
  await opacity.press("Enter");
  await waitUntil("all of them are kept", () =>
    Promise.resolve(
      page.said.some(
        (message) =>
          message.kind === "layout" &&
          /"opacity": 0.5[^]*"group": "misses"[^]*"threshold": 0.6/.test(message.text),
      ),
    ),
  );
  const asked = page.said.flatMap((message) =>
    message.kind === "request" && message.method.endsWith("/frame") ? [message.params] : [],
  );
  expect(asked.at(-1)).toMatchObject({ overlays: [{ key: "nose", group: "misses", threshold: 0.6 }] });
});

test("an unlikely point is fainter than a likely one, and a heat map lies over the picture", async () => {
  const maps = { dtype: "float32", shape: [1, 2], data: float32(0, NaN).data } as const;
  const page = await showVideo(
    () => [
      { ...shapes("maps", "heat"), cells: maps },
      { ...shapes("nose", "points", [150, 30], [150, 70]), likelihoods: float32(1, 0.3) },
    ],
    key("nose", "marks"),
    key("maps", "grid", { width: 2, height: 1, low: 0, high: 1 }),
  );
  await page.page.keyboard.press("l");
  await page.page.getByRole("button", { name: "Show over the pictures as a heat map" }).click();
  const colorAt = async (x: number, y: number): Promise<readonly number[]> => {
    const [left, top] = await placeOf(page, x, y);
    return page.page.evaluate(
      ([atX, atY]) => {
        const canvas = document.querySelector<HTMLCanvasElement>("figure canvas");
        const box = canvas?.getBoundingClientRect();
        const scale = (canvas?.width ?? 0) / (box?.width ?? 1);
        const context = canvas?.getContext("2d");
        return Array.from(
          context?.getImageData((atX - (box?.x ?? 0)) * scale, (atY - (box?.y ?? 0)) * scale, 1, 1).data ??
            [],
        );
      },
      [left, top] as const,
    );
  };
  await waitUntil("the lowest value is violet", async () => {
    const [red = 0, green = 0, blue = 0] = await colorAt(50, 50);
    return red > 50 && green < 10 && blue > 60;
  });
  expect(await colorAt(120, 50)).toEqual([0, 0, 0, 255]); // what is missing stays empty
  const [likely, unlikely] = [await colorAt(150, 30), await colorAt(150, 70)];
  expect(Math.max(...unlikely.slice(0, 3))).toBeGreaterThan(40);
  expect(Math.max(...likely.slice(0, 3))).toBeGreaterThan(2 * Math.max(...unlikely.slice(0, 3)));
});
