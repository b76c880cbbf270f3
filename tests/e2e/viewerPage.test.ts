import { afterEach, expect, test } from "vitest";
import type { LaneView, ViewOfKey } from "../../extension/src/protocol/generated";
import { events, float32, float64, key, samples, trace, ViewerPage } from "./harness/viewerPage";
import { waitUntil } from "./harness/waiting";

/** Pixels of the plot of a page that is 1000 wide. */
const plotWidth = 838;

let viewer: ViewerPage | undefined;

afterEach(async () => {
  await viewer?.close();
  viewer = undefined;
});

async function show(known: ViewOfKey, lane: LaneView, pixelRatio = 1): Promise<ViewerPage> {
  viewer = await ViewerPage.open((method) => {
    switch (method) {
      case "describe":
        return { revision: 1, keys: [known], groups: [] };
      case "read":
        return { revision: 1, isOvertaken: false, lanes: [lane] };
      case "edit":
        return { removed: [], added: [{ start: 500, end: 500 }] };
      default:
        return { tick: 500, end: null };
    }
  }, pixelRatio);
  await viewer.tell({ kind: "open", text: "" });
  await viewer.tell({ kind: "add", keys: [known.key] });
  return viewer;
}

test("a spike train is drawn where its spikes are and nowhere else", async () => {
  const spikes = [100, 250, 251, 600, 999];
  const page = await show(key("spikes", "ticks"), events(...spikes));
  const columns = await page.blueColumns();
  const expected = spikes.map((tick) => (tick / 1000) * plotWidth);
  expect(columns.every((x) => expected.some((spike) => Math.abs(x + 0.5 - spike) <= 1.5))).toBe(true);
  expect(expected.every((spike) => columns.some((x) => Math.abs(x + 0.5 - spike) <= 1.5))).toBe(true);
});

test("one spike among bins reaches to the top of its lane, on any pixel ratio", async () => {
  for (const pixelRatio of [1, 1.5, 2]) {
    const starts = Array.from({ length: 500 }, (_, bin) => 2 * bin);
    const ends = starts.map((start) => start + 1);
    const high = starts.map((_, bin) => (bin === 321 ? 100 : 1));
    const lane = trace(
      float64(...starts),
      float64(...ends),
      float32(...starts.map(() => -1)),
      float32(...high),
      2.5,
      false,
    );
    const page = await show(key("lfp", "trace", { low: -100, high: 100 }), lane, pixelRatio);
    await page.blueColumns();
    const drawn = await page.blue();
    const tops = drawn.map(([top]) => (Number.isNaN(top) ? Infinity : top));
    const spike = tops.indexOf(Math.min(...tops));
    expect(Math.abs(spike / pixelRatio - (642 / 1000) * plotWidth)).toBeLessThan(3);
    const usual = tops[10] ?? NaN;
    expect(usual - (tops[spike] ?? NaN)).toBeGreaterThan(100 * pixelRatio);
    expect(drawn.filter(([top]) => Number.isNaN(top)).length).toBeLessThan(4 * pixelRatio);
    await page.close();
  }
});

test("a gap in time and missing samples stay empty", async () => {
  const ticks = [0, 10, 20, 30, 40, 500, 510, 520, 530, 540, 1000];
  const values = [1, 1, 1, 1, 1, 1, 1, NaN, 1, 1, 1];
  const page = await show(key("lfp", "trace", { low: 0, high: 2 }), samples(ticks, values, 25));
  const columns = new Set(await page.blueColumns());
  const at = (tick: number): number => Math.round((tick / 1000) * plotWidth);
  expect(columns.has(at(25))).toBe(true);
  expect([100, 200, 300, 400, 480].some((tick) => columns.has(at(tick)))).toBe(false);
  expect(columns.has(at(520))).toBe(false);
  expect(columns.has(at(535))).toBe(true);
});

test("the wheel zooms around the mouse, and what is shown is read again within the budget of the pixels", async () => {
  const page = await show(key("spikes", "ticks"), events(500));
  await page.blueColumns();
  await page.page.mouse.move(148 + plotWidth / 2, 200);
  await page.page.mouse.wheel(0, -600);
  await waitUntil("a shorter window is read", () =>
    Promise.resolve(
      page.said.some((message) => {
        const { start, end, lanes } = (message.kind === "request" ? message.params : {}) as {
          readonly start?: number;
          readonly end?: number;
          readonly lanes?: readonly { readonly budget: number }[];
        };
        return (
          start !== undefined &&
          end !== undefined &&
          Math.abs((start + end) / 2 - 500) < 2 &&
          end - start < 1500 &&
          (lanes?.[0]?.budget ?? Infinity) <= 4 * plotWidth + 4
        );
      }),
    ),
  );
});

test("an edit is asked for once, and Ctrl+Z asks for its opposite", async () => {
  const page = await show(key("spikes", "ticks", { type: "DigitalEvent" }), events(250));
  await page.blueColumns();
  await page.page.keyboard.down("Alt");
  await page.page.mouse.click(148 + plotWidth / 2, 100);
  await page.page.keyboard.up("Alt");
  const edits = (): readonly unknown[] =>
    page.said.flatMap((message) =>
      message.kind === "request" && message.method.endsWith("/edit") ? [message.params] : [],
    );
  await waitUntil("the event is added", () => Promise.resolve(edits().length === 1));
  expect(edits()[0]).toMatchObject({ key: "spikes", removed: [] });
  await waitUntil("the edit is undone", async () => {
    await page.page.keyboard.press("Control+Z");
    return edits().length === 2;
  });
  expect(edits()[1]).toEqual({ key: "spikes", removed: [{ start: 500, end: 500 }], added: [] });
});

test("what is typed where the time stands is where the viewer goes, and says what is wrong with it", async () => {
  const page = await show(key("spikes", "ticks", { ticksPerSecond: 100 }), events(250));
  await page.blueColumns();
  const clock = page.page.locator(".toolbar .clock");
  await page.page.keyboard.press("g");
  await clock.fill("2.5 s");
  await clock.press("Enter");
  await waitUntil("the cursor is there", async () => (await clock.inputValue()) === "2.500 s");
  await clock.fill("index 50");
  await clock.press("Enter");
  await waitUntil(
    "the cursor is at the tick of the index",
    async () => (await clock.inputValue()) === "5.000 s",
  );
  await clock.fill("10.1 s");
  await clock.press("Enter");
  await page.page
    .locator(".hint", { hasText: "is outside of what is shown, which is from 0.00 s to 10.00 s" })
    .waitFor();
  await clock.press("Escape");
  await waitUntil("the cursor has stayed", async () => (await clock.inputValue()) === "5.000 s");
});

test("a cut-off that is typed into the legend is asked for, and the lane says so", async () => {
  const lane = samples([0, 500, 1000], [1, 2, 1], 2000);
  const page = await show(key("lfp", "trace", { low: 0, high: 2, ticksPerSecond: 1000 }), lane);
  await page.blueColumns();
  await page.page.keyboard.press("l");
  const field = page.page.getByLabel("Cut-off of the high-pass of lfp, in Hz");
  await field.fill("300");
  await field.press("Enter");
  await waitUntil("a filtered window is read", () =>
    Promise.resolve(
      page.said.some((message) => {
        const { lanes } = (message.kind === "request" ? message.params : {}) as {
          readonly lanes?: readonly { readonly highPass?: number | null }[];
        };
        return lanes?.[0]?.highPass === 300;
      }),
    ),
  );
  await waitUntil("the table says so, once the answer is there", async () => {
    await page.page.locator('select[aria-label="Export"]').selectOption("csv");
    return page.said.some(
      (message) => message.kind === "save" && message.picture.data.includes("lfp,,0,0,1,1,,high-pass 300 Hz"),
    );
  });
});

test("a raster and a PSTH are asked for around what is chosen, and again when a bin is typed", async () => {
  const page = await ViewerPage.open((method, params) => {
    const known = ["spikes", "stimuli"].map((name) => key(name, "ticks", { ticksPerSecond: 1000 }));
    switch (method) {
      case "describe":
        return { revision: 1, keys: known, groups: [] };
      case "read":
        return { revision: 1, isOvertaken: false, lanes: [events(100, 300), events(200)] };
      default:
        return {
          revision: 1,
          isOvertaken: false,
          isInSeconds: true,
          edges: float64(-0.5, 0, 0.5),
          rates: float64(2, 4),
          eventCount: params["binWidth"] === 0.5 ? 2 : 1,
          trialCount: 1,
          trials: { dtype: "uint32", shape: [0], data: "" },
          offsets: float32(),
          rasterTrialCount: 1,
          outsideCount: 0,
          leastExposure: 1,
          hasDurations: false,
          tables: [{ key: "peaks", columns: ["peak", "area"] }],
        };
    }
  });
  viewer = page;
  await page.tell({ kind: "open", text: "" });
  await page.tell({ kind: "add", keys: ["spikes", "stimuli"] });
  await page.blueColumns();
  await page.page.keyboard.press("r");
  await page.page.locator(".perievent .caption", { hasText: "1 trial · 1 event around them" }).waitFor();
  const field = page.page.getByLabel("Time bin");
  await field.fill("0.5");
  await field.press("Enter");
  await page.page.locator(".perievent .caption", { hasText: "2 events around them" }).waitFor();
  const asked = page.said.flatMap((message) =>
    message.kind === "request" && message.method.endsWith("/periEvent") ? [message.params] : [],
  );
  expect(asked.at(-1)).toMatchObject({
    key: "spikes",
    alignmentKey: "stimuli",
    before: 0.5,
    after: 1,
    binWidth: 0.5,
    order: { by: "time", isDescending: false },
  });
  await page.page.getByLabel("Trials are sorted").selectOption({ label: "peaks: area" });
  await page.page.getByRole("button", { name: "Largest first" }).click();
  await waitUntil("they are asked for in that order", () =>
    Promise.resolve(
      page.said.some((message) => {
        const { order } = (message.kind === "request" ? message.params : {}) as { readonly order?: unknown };
        return JSON.stringify(order) === '{"by":"column","key":"peaks","column":1,"isDescending":true}';
      }),
    ),
  );
  const saved = (): ReadonlyMap<string, string> =>
    new Map(
      page.said.flatMap((message) =>
        message.kind === "save" ? [[message.picture.type, message.picture.data] as const] : [],
      ),
    );
  await page.page.getByRole("button", { name: "picture (PNG)" }).click();
  await page.page.getByRole("button", { name: "picture (SVG)" }).click();
  await waitUntil("both pictures are there", () => Promise.resolve(saved().size === 2));
  expect(
    Buffer.from(saved().get("png") ?? "", "base64")
      .subarray(1, 4)
      .toString(),
  ).toBe("PNG");
  expect(saved().get("svg")).toMatch(/^<svg[^]*<(rect|path) /);
});

test("a picture as SVG has what is drawn in it, and code is run for the window", async () => {
  const page = await show(key("lfp", "trace", { low: 0, high: 2 }), samples([0, 500, 1000], [1, 2, 1], 2000));
  await page.blueColumns();
  await page.page.locator('select[aria-label="Export"]').selectOption("svg");
  await waitUntil("the picture is there", () =>
    Promise.resolve(page.said.some((message) => message.kind === "save")),
  );
  const saved = page.said.find((message) => message.kind === "save");
  expect(saved?.picture.data).toMatch(/^<svg[^]*<path d="M148 [^]*lfp/);
  await page.page.locator('select[aria-label="Export"]').selectOption("run");
  await waitUntil("the code is told", () =>
    Promise.resolve(page.said.some((message) => message.kind === "run")),
  );
  expect(page.said.find((message) => message.kind === "run")?.code).toBe(
    'lfp = dm.getData("lfp").restrict(0, 1000, unit="ticks")',
  );
});
