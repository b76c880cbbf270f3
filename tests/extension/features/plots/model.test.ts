import { expect, test } from "vitest";
import { formatsOf, keptOf, pictureOf, plotLabel } from "../../../../extension/src/features/plots/model";

test("the picture of a display is its SVG, else its PNG", () => {
  const svg = pictureOf({ data: { "image/png": "iVBORw==", "image/svg+xml": "<svg/>" } });
  expect(svg).toEqual({ type: "svg", content: Buffer.from("<svg/>") });
  expect(pictureOf({ data: { "image/png": "iVBORw==" } })?.content).toEqual(Buffer.from("\x89PNG", "latin1"));
  expect(pictureOf({ data: { "text/html": "<table>" } })).toBeUndefined();
});

test("the newest are kept, as many as fit, and the newest in any case", () => {
  expect(keptOf([1, 1, 1], { count: 2, bytes: 10 })).toBe(2);
  expect(keptOf([4, 4, 4], { count: 9, bytes: 10 })).toBe(2);
  expect(keptOf([1, 1], { count: 9, bytes: 10 })).toBe(2);
  expect(keptOf([20, 1], { count: 9, bytes: 10 })).toBe(1);
});

test("a plot is named by its place, or by the first line of its code", () => {
  expect(plotLabel("10:31", "plt.plot(x)", { name: "trials.py", line: 8 })).toBe("10:31 · trials.py, line 9");
  expect(plotLabel("10:31", "%run trials.py", { name: "trials.py" })).toBe("10:31 · trials.py");
  expect(plotLabel("10:31", "\n plt.plot(x)\nplt.show()", undefined)).toBe("10:31 · plt.plot(x)");
});

test("only what is there is offered when the interpreter no longer has the figure", () => {
  expect(formatsOf("png", true)).toEqual(["png", "svg", "pdf"]);
  expect(formatsOf("svg", true)).toEqual(["svg", "png", "pdf"]);
  expect(formatsOf("svg", false)).toEqual(["svg"]);
});
