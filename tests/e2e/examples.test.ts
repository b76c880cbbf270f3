import { copyFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keysInStore, whiskertoolbox } from "./harness/commandLine";
import { root } from "./harness/places";
import { useVSCode } from "./harness/vscode";

const vscode = useVSCode("examples");

/** Each example, the key that it stores last, and what it leaves in the variables. */
const examples = [
  { script: "filter_whisker_angle.py", key: "whisker_angle_filtered", variable: "filtered_deg" },
  { script: "lick_aligned_average.py", key: "lick_aligned_whisker_angle", variable: "average_deg" },
  { script: "whisker_tracking.py", key: "c2_curvature", variable: "measured" },
  { script: "whisking_phase.py", key: "whisking_frequency", variable: "frequency_hz" },
] as const;

test.each(examples)(
  "Run File of $script stores what is true of the recording",
  async ({ script, key, variable }) => {
    const { workbench, workspace } = vscode;
    await workbench.showViews();
    await workbench.openFile(script);
    await workbench.command("WhiskerToolbox: Run File");
    await workbench.variables.find(variable);
    await workbench.status("idle").waitFor();
    await workbench.dataKeys.find(key);
    expect((await keysInStore(workspace)).map((row) => row.key)).toContain(key);

    const check = join(workspace, `check_${script}`);
    await copyFile(join(root, "tests", "e2e", "checks", script), check);
    expect(await whiskertoolbox(workspace, "run", check)).toContain("as in the ground truth");
  },
);

test("every example is among those that are run here", async () => {
  const scripts = (await readdir(join(root, "examples"))).filter((name) => /^(?!make_).*\.py$/.test(name));
  expect(scripts.sort()).toEqual(examples.map(({ script }) => script).sort());
});
