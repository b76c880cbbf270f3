// The settings `whiskertoolbox.*`: their names, types and defaults. A test compares them with package.json.

import { workspace } from "vscode";
import type { SessionOptions } from "./protocol/generated";

type ProblemSeverity = "error" | "warning" | "information" | "hint" | "off";

export const defaultSettings = {
  /** Python that runs user code; empty: found automatically. */
  interpreterPath: "",
  /** More folders to look for environments in. */
  interpreterSearchPaths: [] as readonly string[],
  /** Environment variables that load configs may use. */
  configVariables: [] as readonly string[],
  /** When the session starts by itself, before it is first needed. */
  startAutomatically: "withSession" as "withSession" | "always" | "never",
  /** How long the session goes on when its last window has gone, in seconds. */
  "session.linger": 600,
  /** A second interpreter stands ready for a restart. */
  "session.spareInterpreter": true,
  /** When Shift+Enter in a Python editor runs the selection. Read by the key binding's condition. */
  "run.shiftEnter": "session" as "session" | "always" | "never",
  /** Show Run Cell above `# %%` cells. */
  "run.codeLenses": true,
  /** How much Run Selection takes at the cursor. */
  "runSelection.block": "topLevel" as "topLevel" | "innermost" | "line",
  /** Folder in which code of files runs: `script`, `workspace`, or a path. */
  "run.workingDirectory": "script",
  /** Modules of the workspace that were edited are loaded again before a run. */
  "run.reloadEditedModules": true,
  /** Code that runs in each new interpreter before anything else. */
  "run.prelude": "",
  /** How figures of matplotlib are drawn. */
  "figures.format": "auto" as "auto" | "png" | "retina" | "svg",
  /** Ordinary runs stop at breakpoints. */
  "debug.stopInOrdinaryRuns": true,
  /** Do not step into libraries. */
  "debug.justMyCode": true,
  /** Every run stops where an exception leaves the user's code. */
  "debug.stopAtUncaughtExceptions": false,
  /** Processes that code starts are debugged too. */
  "debug.subProcess": false,
  /** How problems in code are shown that only the session knows. Asked for by the daemon. */
  "language.problems.unknownKey": "warning" as ProblemSeverity,
  "language.problems.unknownClock": "warning" as ProblemSeverity,
  "language.problems.secondsAsIndex": "warning" as ProblemSeverity,
  "language.problems.input": "warning" as ProblemSeverity,
  "language.problems.conflictingTypes": "warning" as ProblemSeverity,
  "language.problems.unloadableEntry": "warning" as ProblemSeverity,
  /** Lines that store a data key show its state. Asked for by the daemon. */
  "language.codeLens": false,
  /** Shapes stand behind assignments that ran. Asked for by the daemon. */
  "language.inlayHints": false,
  /** Variables of the session are completed and explained in files. Asked for by the daemon. */
  "language.liveNames": true,
  /** A stub in the workspace tells type checkers of `dm`, `wt` and the keys. Asked for by the daemon. */
  "language.typeStubs": true,
};

export type Settings = typeof defaultSettings;

/** The present value of a setting. */
export function setting<Name extends keyof Settings>(name: Name): Settings[Name] {
  return workspace.getConfiguration("whiskertoolbox").get<Settings[Name]>(name, defaultSettings[name]);
}

/** A start beside the first one would slow that down. */
const spareAfterS = 10;

/** What the daemon is told of the session's life. */
export function sessionOptions(): SessionOptions {
  return {
    lingerS: setting("session.linger"),
    spareAfterS: setting("session.spareInterpreter") ? spareAfterS : null,
  };
}
