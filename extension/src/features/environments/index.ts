// Choosing the Python that runs user code, and installing NumPy into it.

import { basename, dirname } from "node:path";
import {
  ConfigurationTarget,
  ProcessExecution,
  QuickPickItemKind,
  Task,
  tasks,
  TaskScope,
  ThemeIcon,
  window,
  workspace,
  type QuickPickItem,
} from "vscode";
import { registerCommand, type Context } from "../../context";
import { configuredInterpreter, findPython } from "../../daemon/launch";
import { methods, type Environment } from "../../protocol/generated";
import { messageOf, showFailure } from "../../ui/notify";
import { interpreterName, labelText } from "../../ui/text";

export function activateEnvironments(ctx: Context, restart: () => Promise<void>): void {
  registerCommand(ctx, "whiskertoolbox.selectInterpreter", () => selectInterpreter(ctx, restart));
  registerCommand(ctx, "whiskertoolbox.installNumpy", () => installNumpy(ctx, restart));
  ctx.subscriptions.push(
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("whiskertoolbox.interpreterPath")) {
        useConfigured(ctx, restart).catch((error: unknown) => {
          ctx.log.error(`whiskertoolbox.interpreterPath: ${messageOf(error)}`);
          showFailure(error, "Select Interpreter…", "Show Log");
        });
      }
    }),
  );
}

/** Follow the setting. All data stays; a session that could not start is started with the new Python. */
async function useConfigured(ctx: Context, restart: () => Promise<void>): Promise<void> {
  if (ctx.daemon.state.kind === "off") {
    return; // the session will start with it when it is needed
  }
  if (ctx.daemon.state.kind !== "running" || ctx.daemon.state.session.state === "unavailable") {
    await restart(); // the daemon runs in that Python too, and has no data where there is no NumPy
    return;
  }
  const choice = await findPython();
  if (choice.kind === "none") {
    throw new Error(choice.message);
  }
  const { session } = ctx.daemon.state;
  if (session.state === "dead" || choice.executable !== session.interpreter?.executable) {
    await ctx.daemon.request(methods.interpreterSelect, { path: choice.executable });
  }
}

type Choice = QuickPickItem &
  (
    | { readonly action: "use"; readonly path: string }
    | { readonly action: "enter" | "browse" | "automatic" | "refresh" | "none" }
  );

async function selectInterpreter(ctx: Context, restart: () => Promise<void>): Promise<void> {
  const path = await choosePath(await pickEnvironment(ctx));
  if (path === undefined) {
    return;
  }
  const settings = workspace.getConfiguration("whiskertoolbox");
  if (settings.get("interpreterPath") === path) {
    await useConfigured(ctx, restart); // it may work now: something was installed, say
    return;
  }
  // The change of the setting does the rest, as when it is made by hand.
  const target =
    workspace.workspaceFolders === undefined ? ConfigurationTarget.Global : ConfigurationTarget.Workspace;
  await settings.update("interpreterPath", path, target);
}

/** The path that a choice stands for, asking for it if need be; empty: found automatically. */
async function choosePath(choice: Choice | undefined): Promise<string | undefined> {
  switch (choice?.action) {
    case "use":
      return choice.path;
    case "automatic":
      return "";
    case "enter": {
      const isWindows = process.platform === "win32";
      const entered = await window.showInputBox({
        title: "Path of a Python executable",
        placeHolder: isWindows ? "C:\\Users\\me\\venv\\Scripts\\python.exe" : "/home/me/venv/bin/python",
        value: configuredInterpreter() ?? "",
      });
      return entered?.trim() === "" ? undefined : entered?.trim();
    }
    case "browse": {
      const chosen = await window.showOpenDialog({
        title: "Choose a Python executable",
        openLabel: "Select",
      });
      return chosen?.[0]?.fsPath;
    }
    default:
      return undefined;
  }
}

/** A quick pick that fills when the environments are found: the search takes seconds on some machines. */
function pickEnvironment(ctx: Context): Promise<Choice | undefined> {
  const pick = window.createQuickPick<Choice>();
  pick.title = "Select Interpreter";
  pick.placeholder = "The Python that runs your code; loaded data stays";
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = fixedChoices;
  const search = (refresh: boolean): void => {
    if (ctx.daemon.state.kind !== "running") {
      return; // without a session nobody can search; a path can still be entered
    }
    pick.busy = true;
    ctx.daemon
      .request(methods.environmentsFind, { refresh })
      .then(({ environments }) => {
        pick.items = [...fixedChoices, ...environmentChoices(ctx, environments)];
      })
      .catch((error: unknown) => {
        ctx.log.warn(`Searching for Pythons: ${messageOf(error)}`);
      })
      .finally(() => {
        pick.busy = false;
      });
  };
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen?.action === "refresh") {
        search(true);
      } else {
        resolve(chosen);
        pick.hide();
      }
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
    search(false);
  });
}

const fixedChoices: readonly Choice[] = [
  { label: "Enter path…", iconPath: new ThemeIcon("edit"), action: "enter" },
  { label: "Browse…", iconPath: new ThemeIcon("folder"), action: "browse" },
  {
    label: "Find automatically",
    description: "the workspace's .venv, the Python extension's choice, or the first on PATH",
    iconPath: new ThemeIcon("search"),
    action: "automatic",
  },
  { label: "Search again", iconPath: new ThemeIcon("refresh"), action: "refresh" },
];

function environmentChoices(ctx: Context, environments: readonly Environment[]): readonly Choice[] {
  const { state } = ctx.daemon;
  const current = state.kind === "running" ? state.session.interpreter?.executable : undefined;
  return [
    { label: "Found on this machine", kind: QuickPickItemKind.Separator, action: "none" },
    ...environments.map((environment): Choice => {
      const inUse = environment.path === current ? " · in use" : "";
      return {
        label: labelText(interpreterName(environment.name, environment.version)),
        description: `${environment.kind}${inUse}`,
        detail:
          environment.problem === ""
            ? labelText(environment.path)
            : `${labelText(environment.path)}  $(warning) ${labelText(environment.problem)}`,
        iconPath: new ThemeIcon(environment.problem === "" ? "symbol-method" : "warning"),
        action: "use",
        path: environment.path,
      };
    }),
  ];
}

/** Run pip in the interpreter's environment, in a terminal that shows what it does; then restart the interpreter. */
async function installNumpy(ctx: Context, restart: () => Promise<void>): Promise<void> {
  const { state } = ctx.daemon;
  const running = state.kind === "running" ? state.session.interpreter?.executable : undefined;
  const choice = running === undefined ? await findPython() : undefined;
  const python = running ?? (choice?.kind === "found" ? choice.executable : undefined);
  if (python === undefined) {
    throw new Error("there is no Python to install NumPy into. Select an interpreter first.");
  }
  const task = new Task(
    { type: "whiskertoolbox.pip" },
    TaskScope.Workspace,
    `Install NumPy into ${basename(dirname(dirname(python)))}`,
    "WhiskerToolbox",
    // A process with its arguments, never a shell line: paths may hold spaces and quotes.
    new ProcessExecution(python, ["-m", "pip", "install", "numpy"]),
  );
  const exitCode = await runTask(task);
  if (exitCode !== 0) {
    throw new Error(`NumPy could not be installed into ${python}. The terminal says why.`);
  }
  if (ctx.daemon.state.kind === "running" && ctx.daemon.state.session.state !== "unavailable") {
    await ctx.daemon.request(methods.interpreterRestart, {});
  } else {
    await restart(); // the daemon itself was without NumPy
  }
}

async function runTask(task: Task): Promise<number | undefined> {
  const execution = await tasks.executeTask(task);
  return new Promise((resolve) => {
    const ended = tasks.onDidEndTaskProcess((event) => {
      if (event.execution === execution) {
        ended.dispose();
        resolve(event.exitCode);
      }
    });
  });
}
