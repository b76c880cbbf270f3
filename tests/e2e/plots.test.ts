import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useVSCode, type VSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

const themes = [
  ["dark", "Default Dark Modern"],
  ["light", "Default Light Modern"],
] as const;

const script = `# %%
import matplotlib.pyplot as plt
import numpy as np
time = np.linspace(0, 2, 1000)
# %%
plt.plot(time, 40 * np.sin(30 * time))
plt.xlabel("time (s)")
plt.ylabel("whisker angle (°)")
# %%
plt.hist(np.random.default_rng(1).normal(size=1000), bins=40)
plt.title("intervals")
`;

describe.each(themes)("in a %s theme", (name, theme) => {
  const vscode = useVSCode(`plots-${name}`, { settings: { "workbench.colorTheme": theme } });

  test("figures of files and of the console are in Plots, newest first", async () => {
    const { workbench, workspace } = vscode;
    await writeFile(join(workspace, "figures.py"), script);
    await workbench.showViews();
    await workbench.status("idle").waitFor();
    await workbench.openFile("figures.py");
    await workbench.command("WhiskerToolbox: Run All Cells");
    await workbench.command("Plots: Focus on Plots View");
    const plots = await plotsFrame(vscode);
    await plots.getByText(/^1 of 2 · .* figures\.py, line 9$/).waitFor();
    await workbench.console.enter("plt.imshow(np.outer(time, time)); plt.title('typed');");
    await plots.getByText(/^1 of 3 · .* plt\.imshow/).waitFor();
    await waitUntil("all pictures are loaded", () =>
      plots.evaluate(() => {
        const pictures = [...document.querySelectorAll("img")];
        return pictures.length === 4 && pictures.every((picture) => picture.naturalWidth > 0);
      }),
    );
    await workbench.screenshot(`plots-${name}`);
  });

  test("keys lead through them, zoom, and go to the code", async () => {
    const { workbench } = vscode;
    const plots = await plotsFrame(vscode);
    await plots.getByRole("listbox").press("ArrowDown");
    await plots.getByText(/^2 of 3/).waitFor();
    await plots.getByRole("listbox").press("End");
    await plots.getByText(/^3 of 3/).waitFor();
    const before = await plots.locator(".percent").innerText();
    await plots.getByRole("listbox").press("+");
    await waitUntil("it is larger", async () => (await plots.locator(".percent").innerText()) !== before);
    await workbench.screenshot(`plots-zoomed-${name}`);
    await plots.getByRole("listbox").press("0");
    await plots.getByRole("listbox").press("Enter");
    await workbench.editor("figures.py").first().waitFor();
    await vscode.page.locator(".statusbar-item", { hasText: /^Ln 8, Col/ }).waitFor();
  });

  test("a plot is saved as SVG and PDF, copied, and run again", async () => {
    const { workbench, workspace, page } = vscode;
    const plots = await plotsFrame(vscode);
    for (const [file, beginning] of [
      ["angle.svg", "<?xml"],
      ["angle.pdf", "%PDF"],
      ["angle.png", "\ufffdPNG"],
    ] as const) {
      await plots.getByRole("button", { name: /^Save as/ }).click();
      const name = page.locator(".quick-input-widget input").first();
      await waitUntil("the dialog proposes a name", async () => (await name.inputValue()).endsWith("figure.png"));
      await workbench.answer(join(workspace, file));
      await waitUntil(`${file} is written`, async () => {
        const text = await readFile(join(workspace, file), "utf8").catch(() => "");
        return text.startsWith(beginning);
      });
    }
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await plots.getByRole("button", { name: /^Copy/ }).click();
    await page.locator(".statusbar-item", { hasText: "The picture is in the clipboard" }).waitFor();
    await plots.getByRole("button", { name: /^Run/ }).click();
    await plots.getByText(/of 4 ·/).waitFor();
  });

  test("they are there after a reload, and Delete takes one away", async () => {
    const { page } = vscode;
    await page.reload();
    await page.locator(".monaco-workbench .statusbar-item").first().waitFor();
    const plots = await plotsFrame(vscode);
    await plots.getByText(/of 4 ·/).waitFor();
    await plots.getByRole("listbox").press("Delete");
    await plots.getByText(/of 3 ·/).waitFor();
    expect(await plots.getByRole("option").count()).toBe(3);
  });
});

async function plotsFrame({ page }: VSCode): Promise<Frame> {
  let found: Frame | undefined;
  await waitUntil("the page of the plots is there", async () => {
    for (const frame of page.frames()) {
      try {
        if ((await frame.locator(".strip").count()) > 0) {
          found = frame;
        }
      } catch {
        // the frame was replaced meanwhile
      }
    }
    return found !== undefined;
  });
  if (found === undefined) {
    throw new Error("unreachable");
  }
  return found;
}
