// The extension's table of contents: builds the context, then each feature.

import { window, workspace, type ExtensionContext } from "vscode";
import { registerCommand, type Context } from "./context";
import { DaemonClient } from "./daemon/client";
import { folderHasSession } from "./daemon/launch";
import { activateConsole } from "./features/console";
import { activateData } from "./features/data";
import { activateDebug, Debugging } from "./features/debug";
import { activateEnvironments } from "./features/environments";
import { activateExport } from "./features/export";
import { activateLoad } from "./features/load";
import { activatePlots } from "./features/plots";
import { activateRun } from "./features/run";
import { activateStatus } from "./features/status";
import { activateSynchronise } from "./features/synchronise";
import { activateTables } from "./features/tables";
import { activateTransforms } from "./features/transforms";
import { activateVariables } from "./features/variables";
import { activateViewer } from "./features/viewer";
import { messageOf } from "./ui/notify";
import { setting } from "./settings";

let daemon: DaemonClient | undefined;

export function activate(extension: ExtensionContext): void {
  const log = window.createOutputChannel("WhiskerToolbox", { log: true });
  const client = new DaemonClient({
    log,
    extensionUri: extension.extensionUri,
    storageUri: extension.globalStorageUri,
    memory: extension.globalState,
    version: (extension.extension.packageJSON as { readonly version: string }).version,
  });
  daemon = client;
  const ctx: Context = {
    daemon: client,
    log,
    storage: extension.storageUri ?? extension.globalStorageUri,
    memory: extension.workspaceState,
    extensionUri: extension.extensionUri,
    subscriptions: extension.subscriptions,
  };
  ctx.subscriptions.push(log, client);

  // First of all: a session starts on another core while the window is told what there is.
  const start = (): void => {
    const wanted = setting("startAutomatically");
    // A folder of Python files may be anything: what has no session gets one when the user asks for it.
    if (workspace.isTrusted && (wanted === "always" || (wanted === "withSession" && folderHasSession()))) {
      client.start().catch((error: unknown) => {
        log.error(messageOf(error)); // the user has been told
      });
    }
  };
  ctx.subscriptions.push(workspace.onDidGrantWorkspaceTrust(start));
  start();

  const debugging = new Debugging(ctx);
  const console = activateConsole(ctx, debugging);
  activateRun(ctx, console);
  activatePlots(ctx, console);
  activateDebug(ctx, debugging, console);
  const viewer = activateViewer(ctx, console, extension);
  activateData(ctx, console, viewer);
  activateVariables(ctx, console, activateTables(ctx, console), debugging);
  activateTransforms(ctx, console, viewer);
  const environments = activateEnvironments(ctx, console, () => client.restart());
  activateLoad(ctx, environments);
  activateExport(ctx, environments);
  activateSynchronise(ctx, console);
  console.observe({
    started: () => undefined,
    shown: () => undefined,
    ended(_cell, error) {
      if (error !== undefined) {
        environments.offerMissing(error.name, error.message);
      }
    },
  });
  activateStatus(ctx);
  registerCommand(ctx, "whiskertoolbox.showLog", () => {
    log.show();
  });
  registerCommand(ctx, "whiskertoolbox.startSession", () => client.start());
  registerCommand(ctx, "whiskertoolbox.stopSession", () => client.stop());
  registerCommand(ctx, "whiskertoolbox.restartDaemon", () => client.restart());
}

export async function deactivate(): Promise<void> {
  await daemon?.leave();
}
