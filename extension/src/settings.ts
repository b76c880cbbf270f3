// The settings `whiskertoolbox.*`: their names, types and defaults. A test compares them with package.json.

import { workspace } from "vscode";

export const defaultSettings = {
  /** Python that runs user code; empty: found automatically. */
  interpreterPath: "",
  /** Start the session with the workspace, not only when it is first needed. */
  startAutomatically: true,
  /** Shift+Enter in a Python editor runs the selection. Read by the key binding's condition. */
  "run.shiftEnter": true,
  /** Show Run Cell above `# %%` cells. */
  "run.codeLenses": true,
  /** Ordinary runs stop at breakpoints. */
  "debug.stopInOrdinaryRuns": true,
  /** Do not step into libraries. */
  "debug.justMyCode": true,
};

export type Settings = typeof defaultSettings;

/** The present value of a setting. */
export function setting<Name extends keyof Settings>(name: Name): Settings[Name] {
  return workspace.getConfiguration("whiskertoolbox").get<Settings[Name]>(name, defaultSettings[name]);
}
