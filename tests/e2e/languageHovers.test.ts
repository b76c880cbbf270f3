import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { useVSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

const themes = [
  ["dark", "Default Dark Modern"],
  ["light", "Default Light Modern"],
] as const;

const pictures = ["whisker_angle", "lick_events", "trial_intervals", "whisker_lines", "whisker_video"];

describe.each(themes)("in a %s theme", (name, theme) => {
  const vscode = useVSCode(`language-hovers-${name}`, {
    workspace: async (folder) => {
      await cp(inject("shared").demo, folder, { recursive: true });
      const lines = pictures.map((key) => `dm.getData("${key}")\n`);
      await writeFile(join(folder, "pictures.py"), lines.join(""));
    },
    settings: { "workbench.colorTheme": theme },
  });

  test.each(pictures)("a hover of %s has its picture, and says where it came from", async (key) => {
    const { workbench, page } = vscode;
    if (key === pictures[0]) {
      await workbench.showViews();
      await workbench.status("idle").waitFor();
      await workbench.openFile("pictures.py");
    }
    const hover = page.locator(".monaco-hover:visible", { hasText: "from: " }).first();
    const image = hover.locator("img").first();
    await waitUntil("the hover is shown with its picture", async () => {
      await page.mouse.move(0, 0);
      await page.keyboard.press("Escape");
      await page.locator(".editor-instance .view-line").getByText(key, { exact: false }).first().hover();
      return image.waitFor({ timeout: 10_000 }).then(
        () => true,
        () => false,
      );
    });
    const width = (): Promise<number> =>
      image.evaluate((element) => (element as unknown as { naturalWidth: number }).naturalWidth);
    await waitUntil("the picture is drawn", async () => (await width()) > 100);
    await workbench.screenshot(`language-hover-${key}-${name}`);
    expect(await hover.textContent()).toContain(key);
  });
});
