// Choosing the Python that runs user code: a list that fills as environments are found.

import {
  ConfigurationTarget,
  extensions,
  ProgressLocation,
  QuickPickItemKind,
  ThemeIcon,
  window,
  workspace,
  type QuickPickItem,
  type Uri,
} from "vscode";
import type { Context } from "../../context";
import { configuredInterpreter, expandedFolders, typedPath } from "../../daemon/launch";
import { methods, type Environment } from "../../protocol/generated";
import { askText } from "../../ui/ask";
import { confirm, messageOf, showHint } from "../../ui/notify";
import { interpreterName, labelText, notificationText } from "../../ui/text";
import { describeEnvironment, groupEnvironments, isDeletable } from "./model";

type Choice = QuickPickItem &
  (
    | { readonly action: "use"; readonly path: string }
    | { readonly action: "enter" | "browse" | "automatic" | "refresh" | "create" | "none" }
  );

/** Ask for a Python and put it into the setting; the change of the setting does the rest. */
export async function selectInterpreter(
  ctx: Context,
  {
    useConfigured,
    create,
  }: { useConfigured: () => Promise<void>; create: () => Promise<string | undefined> },
): Promise<void> {
  const choice = await pickEnvironment(ctx, {
    title: "Select Interpreter",
    placeholder: "The Python that runs your code; loaded data is kept",
    fixed: fixedChoices,
    isShown: () => true,
  });
  const path = choice?.action === "create" ? await create() : await choosePath(choice);
  if (path !== undefined) {
    await useEnvironment(ctx, path, useConfigured);
  }
}

/** Put a Python into the setting, unless it cannot be used, or the user wants to keep what would be lost. */
export async function useEnvironment(
  ctx: Context,
  path: string,
  useConfigured: () => Promise<void>,
): Promise<void> {
  if (!(await isUsable(ctx, path)) || !(await mayRestart(ctx, path))) {
    return;
  }
  if (workspace.getConfiguration("whiskertoolbox").get("interpreterPath") === path) {
    await useConfigured(); // it may work now: something was installed, say
    return;
  }
  await savePath(path);
}

/** Change to a Python at once; the one before goes on until this one runs, and stays if it does not. */
export async function changeInterpreter(ctx: Context, path: string): Promise<void> {
  await startInterpreter(ctx, path);
  await savePath(path);
}

export async function startInterpreter(ctx: Context, path: string): Promise<void> {
  const title = `Starting ${labelText(path)}`; // the status bar makes icons of text
  await window.withProgress({ location: ProgressLocation.Window, title }, () =>
    ctx.daemon.request(methods.interpreterSelect, { path }),
  );
}

async function savePath(path: string): Promise<void> {
  const target =
    workspace.workspaceFolders === undefined ? ConfigurationTarget.Global : ConfigurationTarget.Workspace;
  await workspace.getConfiguration("whiskertoolbox").update("interpreterPath", path, target);
}

/** A wrong path is told before anything is saved or stopped. */
async function isUsable(ctx: Context, path: string): Promise<boolean> {
  if (path === "" || ctx.daemon.state.kind !== "running") {
    return true; // found automatically; or nobody to ask, and nothing to stop
  }
  // One on a network drive takes its time, and one that hangs is waited for.
  const found = await window.withProgress(
    { location: ProgressLocation.Window, title: `Asking ${labelText(path)} what it is` },
    () => ctx.daemon.request(methods.environmentsCheck, { python: path }),
  );
  if (found.state === "broken" || found.state === "unusable") {
    throw new Error(`${path} was not selected. ${found.problem}`);
  }
  return true;
}

/** Variables and running code are lost with their interpreter, so that is asked for. */
async function mayRestart(ctx: Context, path: string): Promise<boolean> {
  const lost = await whatIsLost(ctx, path);
  return (
    lost === undefined ||
    (await confirm({
      question: "Change the interpreter?",
      detail: `${lost} will be lost. All data of the session is kept.`,
      action: "Change",
    }))
  );
}

/** What ends with the interpreter in use, for a sentence; undefined when nothing does. */
export async function whatIsLost(ctx: Context, path: string): Promise<string | undefined> {
  const { state } = ctx.daemon;
  if (state.kind !== "running" || state.session.interpreter?.executable === path) {
    return undefined;
  }
  if (state.session.state === "busy" || state.session.state === "stopped") {
    return "The code that is running";
  }
  const variables = await countVariables(ctx);
  return variables === 0 ? undefined : variables === 1 ? "One variable" : `${variables} variables`;
}

async function countVariables(ctx: Context): Promise<number> {
  if (ctx.daemon.state.kind !== "running" || ctx.daemon.state.session.interpreter === null) {
    return 0;
  }
  return (await ctx.daemon.request(methods.variablesList, { path: [], offset: 0, limit: 0 })).total;
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
      const entered = await askText({
        title: "Path of a Python executable",
        placeHolder: isWindows ? "C:\\Users\\me\\venv\\Scripts\\python.exe" : "/home/me/venv/bin/python",
        value: configuredInterpreter() ?? "",
      });
      return entered === undefined || entered.trim() === "" ? undefined : typedPath(entered);
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

/** Ask for an environment to delete; the daemon refuses what is none, or holds anything else. */
export async function deleteEnvironment(ctx: Context): Promise<void> {
  const choice = await pickEnvironment(ctx, {
    title: "Delete Environment",
    placeholder: "Its folder is deleted with all packages in it; the environment in use is not listed",
    fixed: fixedChoices.filter(({ action }) => action === "refresh"),
    isShown: (environment) => isDeletable(environment, pythonInUse(ctx)),
  });
  if (choice?.action !== "use") {
    return;
  }
  const wanted = await confirm({
    question: `Delete the environment of ${choice.path}?`,
    detail: "Its folder is deleted with all packages in it. This cannot be undone.",
    action: "Delete",
  });
  if (wanted) {
    const title = notificationText(`Deleting ${choice.label}`);
    await window.withProgress({ location: ProgressLocation.Notification, title }, () =>
      ctx.daemon.request(methods.environmentsDelete, { python: choice.path }),
    );
    showHint(`${choice.label} was deleted`);
  }
}

function pythonInUse({ daemon: { state } }: Context): string | undefined {
  return state.kind === "running" ? state.session.interpreter?.executable : undefined;
}

type List = {
  readonly title: string;
  readonly placeholder: string;
  /** Stand above the environments. */
  readonly fixed: readonly Choice[];
  readonly isShown: (environment: Environment) => boolean;
};

function pickEnvironment(ctx: Context, list: List): Promise<Choice | undefined> {
  const pick = window.createQuickPick<Choice>();
  pick.title = list.title;
  pick.placeholder = list.placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = list.fixed;
  let focused: Choice | undefined;
  const show = (environments: readonly Environment[], searching: boolean): void => {
    const [active] = pick.activeItems;
    const hasMoved = active !== undefined && focused !== undefined && !isSame(active, focused);
    const found = environmentChoices(ctx, environments.filter(list.isShown));
    pick.items = [...list.fixed, ...found]; // what does not change comes first, and stays in its place
    // What the user has moved to stays; else Enter means the one in use.
    const kept = hasMoved ? pick.items.find((item) => isSame(item, active)) : undefined;
    focused = kept ?? found.find(({ action }) => action === "use");
    pick.activeItems = focused === undefined ? [] : [focused];
    pick.busy = searching;
  };
  const search = (refresh: boolean): void => {
    if (ctx.daemon.state.kind !== "running") {
      return; // without a session nobody can search; a path can still be entered
    }
    pick.busy = true;
    knownToOthers()
      .then((more) => ctx.daemon.request(methods.environmentsFind, { refresh, more }))
      .then(({ environments, searching }) => {
        show(environments, searching);
      })
      .catch((error: unknown) => {
        pick.busy = false;
        ctx.log.warn(`Searching for Pythons: ${messageOf(error)}`);
      });
  };
  const found = ctx.daemon.on(methods.environmentsFound, ({ environments, searching }) => {
    show(environments, searching);
  });
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
      found.dispose();
      pick.dispose();
    });
    pick.show();
    search(false);
  });
}

/** Whether two items stand for the same, whatever is known of it meanwhile. */
function isSame(one: Choice, other: Choice): boolean {
  return one.action === "use"
    ? other.action === "use" && one.path === other.path
    : one.action === other.action;
}

const fixedChoices: readonly Choice[] = [
  { label: "Enter path…", iconPath: new ThemeIcon("edit"), action: "enter" },
  { label: "Browse…", iconPath: new ThemeIcon("folder"), action: "browse" },
  { label: "Create an environment…", iconPath: new ThemeIcon("add"), action: "create" },
  {
    label: "Find automatically",
    description: "the workspace's .venv, the Python extension's choice, or the first on PATH",
    iconPath: new ThemeIcon("search"),
    action: "automatic",
  },
  { label: "Search again", iconPath: new ThemeIcon("refresh"), action: "refresh" },
];

function environmentChoices(ctx: Context, environments: readonly Environment[]): readonly Choice[] {
  return groupEnvironments(environments, pythonInUse(ctx)).flatMap(
    ({ title, environments: group }): Choice[] => [
      { label: title, kind: QuickPickItemKind.Separator, action: "none" },
      ...group.map((environment): Choice => ({
        label: labelText(interpreterName(environment.name, environment.version)),
        description: labelText(describeEnvironment(environment)),
        detail: labelText(environment.path),
        iconPath: new ThemeIcon(environment.problem === "" ? "symbol-method" : "warning"),
        action: "use",
        path: environment.path,
      })),
    ],
  );
}

/** What we use of the API of `ms-python.vscode-python-envs`. */
type PythonEnvironments = {
  getEnvironments(scope: "all"): Promise<readonly { readonly environmentPath: Uri }[]>;
};

/** Folders from the setting, and what the Python Environments extension has found, where it is installed. */
async function knownToOthers(): Promise<string[]> {
  const extension = extensions.getExtension<PythonEnvironments>("ms-python.vscode-python-envs");
  const folders = expandedFolders();
  if (extension === undefined) {
    return folders;
  }
  try {
    const found = await (await extension.activate()).getEnvironments("all");
    return [...folders, ...found.map(({ environmentPath }) => environmentPath.fsPath)];
  } catch {
    return folders; // another extension's failure must not keep ours from searching
  }
}
