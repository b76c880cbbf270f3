import type { Frame } from "playwright-core";
import { describe, test } from "vitest";
import { useVSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

const themes = [
  ["dark", "Default Dark Modern"],
  ["light", "Default Light Modern"],
] as const;

describe.each(themes)("in a %s theme", (name, theme) => {
  const vscode = useVSCode(`showing-${name}`, { settings: { "workbench.colorTheme": theme } });

  test("data objects show their picture and table in the console", async () => {
    const { workbench, page } = vscode;
    await workbench.showViews();
    await workbench.status("idle").waitFor();
    await workbench.command("WhiskerToolbox: Open Console");
    await workbench.console.enter('dm.getData("whisker_angle")');
    await workbench.console.waitForOutput("AnalogTimeSeries");
    await workbench.console.enter(
      'display(dm.getData("lick_events"), dm.getData("trial_features"), dm.getData("whisker_lines"))',
    );
    await workbench.console.waitForOutput("LineData");
    await waitUntil("a signal and events are drawn", async () => {
      const drawn = await Promise.all(
        page.frames().map((frame) => countIn(frame, ".whiskertoolbox-data svg")),
      );
      return drawn.some((count) => count >= 1);
    });
  });
});

async function countIn(frame: Frame, selector: string): Promise<number> {
  try {
    return await frame.locator(selector).count();
  } catch {
    return 0; // the frame was replaced meanwhile
  }
}
