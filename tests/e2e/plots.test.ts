import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "vitest";
import { frameWith } from "./harness/pages";
import { useVSCode } from "./harness/vscode";
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
    const plots = await frameWith(vscode.page, ".strip");
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
    const plots = await frameWith(vscode.page, ".strip");
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
});
