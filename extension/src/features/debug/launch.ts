// Configurations of `launch.json`: what they are completed with, and what they run.

import { basename } from "node:path";
import {
  Uri,
  window,
  type DebugConfiguration,
  type DebugConfigurationProvider,
  type WorkspaceFolder,
} from "vscode";
import { setting } from "../../settings";
import type { Console } from "../console";
import { runFile, runModule, savedPythonFile } from "../run";
import { launchedOf } from "./model";

export const debugType = "whiskertoolbox";

/** What *Debug File* runs. */
export function launchConfiguration(program: string): DebugConfiguration {
  return { type: debugType, request: "launch", name: `Debug ${basename(program)}`, program };
}

/** Run what a launch configuration names. */
export async function runLaunched(console: Console, configuration: DebugConfiguration): Promise<void> {
  const launched = launchedOf(configuration);
  switch (launched.kind) {
    case "code":
      return console.runAll([{ code: launched.code, origin: undefined, surroundings: launched.options }]);
    case "module":
      return runModule(console, launched.module, launched.args, launched.options);
    case "file":
      return runFile(console, launched.program, launched.args, launched.options);
  }
}

/** Resolves configurations; `isActive`: a session is there, in which code is run without another one. */
export function configurationProvider(console: Console, isActive: () => boolean): DebugConfigurationProvider {
  return {
    resolveDebugConfiguration(_folder, configuration) {
      // F5 without a launch.json: everything is empty, and the file in front is meant.
      const isEmpty = (configuration.type as string | undefined) === undefined || configuration.type === "";
      return isEmpty && window.activeTextEditor?.document.languageId === "python"
        ? { ...launchConfiguration("${file}"), name: "Debug File" }
        : configuration;
    },
    async resolveDebugConfigurationWithSubstitutedVariables(
      _folder: WorkspaceFolder | undefined,
      configuration: DebugConfiguration,
    ) {
      const resolved = { ...configuration, ...commonOptions(configuration) };
      if (configuration.request !== "launch") {
        return resolved;
      }
      const launched = launchedOf(configuration);
      const program =
        launched.kind === "file" ? await savedPythonFile(Uri.file(launched.program)) : undefined;
      if (isActive()) {
        await runLaunched(console, program === undefined ? configuration : { ...configuration, program });
        return undefined;
      }
      return { ...resolved, ...(program === undefined ? {} : { program }), endsWithRuns: true };
    },
  };
}

/** What every session has beside what its configuration says. */
function commonOptions(configuration: DebugConfiguration): Record<string, unknown> {
  return {
    justMyCode: configuration["justMyCode"] ?? setting("debug.justMyCode"),
    subProcess: configuration["subProcess"] ?? setting("debug.subProcess"),
    stopAtUncaughtExceptions: setting("debug.stopAtUncaughtExceptions"),
    showReturnValue: true,
    // The session's console is where output goes and where frames are evaluated.
    internalConsoleOptions: "neverOpen",
  };
}
