// The Python that runs user code: choosing it, and what is installed in it.

import { env, Uri, window, workspace } from "vscode";
import { registerCommand, type Context } from "../../context";
import { findPython } from "../../daemon/launch";
import { methods } from "../../protocol/generated";
import { askText } from "../../ui/ask";
import { confirm, messageOf, offer, showFailure, showHint } from "../../ui/notify";
import { showLiveTree } from "../../ui/trees";
import type { Console } from "../console";
import { distributionOf, mendingOfNumpy } from "./model";
import { PackageChanges } from "./packages";
import { deleteEnvironment, selectInterpreter, startInterpreter, useEnvironment } from "./picker";
import { requirementsOf } from "./requirements";
import { EnvironmentTree, type EnvironmentNode } from "./view";

export type Environments = {
  /** Install packages into the environment in use; shows how it goes. */
  install(packages: readonly string[]): Promise<void>;
  /** Offer to install what a run did not find. */
  offerMissing(errorName: string, message: string): void;
  /** Ask once about what a load config wants of Python, and do it; answers whether the data is to be loaded. */
  prepareFor(config: string): Promise<boolean>;
};

export function activateEnvironments(
  ctx: Context,
  console: Console,
  restart: () => Promise<void>,
): Environments {
  const tree = new EnvironmentTree(ctx);
  const view = showLiveTree(ctx, "whiskertoolbox.environment", tree, (refresh) =>
    ctx.daemon.on(methods.sessionChanged, followInterpreter(tree, refresh)),
  );
  const changes = new PackageChanges(ctx, () => {
    tree.packagesChanged();
  });
  ctx.subscriptions.push(changes);
  const python = async (): Promise<string> => tree.python() ?? (await chosenPython());
  const packageOf = (node: EnvironmentNode | undefined): string | undefined => {
    const selected = node ?? view.selection[0];
    return selected?.kind === "package" ? selected.package.name : undefined;
  };

  registerCommand(ctx, "whiskertoolbox.selectInterpreter", () =>
    selectInterpreter(ctx, {
      useConfigured: () => useConfigured(ctx, restart),
      create: () => changes.createEnvironment(),
    }),
  );
  registerCommand(ctx, "whiskertoolbox.createEnvironment", async () => {
    const made = await changes.createEnvironment();
    if (made !== undefined) {
      await useEnvironment(ctx, made, () => useConfigured(ctx, restart));
    }
  });
  registerCommand(ctx, "whiskertoolbox.getPython", async () => {
    if (await changes.getPython()) {
      await restart();
    }
  });
  registerCommand(ctx, "whiskertoolbox.deleteEnvironment", () => deleteEnvironment(ctx));
  registerCommand(ctx, "whiskertoolbox.installNumpy", () => installNumpy(ctx, changes, python, restart));
  registerCommand(ctx, "whiskertoolbox.installPackage", async () => {
    await changes.install(await python());
  });
  registerCommand(ctx, "whiskertoolbox.installRequirements", async (uri?: Uri) =>
    changes.installFromFile(await python(), uri instanceof Uri ? uri : undefined),
  );
  registerCommand(ctx, "whiskertoolbox.upgradePackage", async (node?: EnvironmentNode) => {
    const name = packageOf(node);
    if (name !== undefined) {
      await changes.upgrade(await python(), name);
    }
  });
  registerCommand(ctx, "whiskertoolbox.uninstallPackage", async (node?: EnvironmentNode) => {
    const name = packageOf(node);
    if (name !== undefined && (await isUninstallWanted(name))) {
      await changes.uninstall(await python(), name);
    }
  });
  registerCommand(ctx, "whiskertoolbox.checkForPackageUpdates", async () => {
    const location = { viewId: "whiskertoolbox.environment" };
    const found = await window.withProgress({ location }, () => tree.checkForUpdates());
    showHint(
      found === 0
        ? "All packages are up to date"
        : `${found} ${found === 1 ? "package has a newer version" : "packages have newer versions"}`,
    );
  });
  registerCommand(ctx, "whiskertoolbox.filterPackages", () => filterPackages(tree));
  registerCommand(ctx, "whiskertoolbox.refreshPackages", () => {
    tree.packagesChanged();
  });
  registerCommand(ctx, "whiskertoolbox.openPackageHomepage", async (node?: EnvironmentNode) => {
    const selected = node ?? view.selection[0];
    if (selected?.kind === "package" && selected.package.homepage !== "") {
      await env.openExternal(Uri.parse(selected.package.homepage, true));
    }
  });
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
  return {
    install: async (packages) => {
      await changes.install(await python(), packages);
    },
    prepareFor: requirementsOf(ctx, console, changes),
    offerMissing(errorName, message) {
      const name = distributionOf(errorName, message);
      const target = tree.python();
      if (name === undefined || target === undefined) {
        return;
      }
      void offer(`${message}.`, `Install ${name}`, async () => {
        await changes.install(target, [name]);
      }).catch((error: unknown) => {
        showFailure(error, "Show Log");
      });
    },
  };
}

/** The list follows what is typed; Escape shows again what was shown before. */
async function filterPackages(tree: EnvironmentTree): Promise<void> {
  const before = tree.filter;
  const follow = (text: string): undefined => {
    tree.filter = text;
  };
  const typed = await askText({
    title: "Filter Packages",
    prompt: "Part of a name; empty: all packages",
    value: before,
    validateInput: follow,
  });
  follow(typed ?? before);
}

/** Only another interpreter makes the view out of date; states come with every run. */
function followInterpreter(tree: EnvironmentTree, refresh: () => void): () => void {
  let shown = tree.python();
  return () => {
    if (tree.python() !== shown) {
      shown = tree.python();
      refresh();
    }
  };
}

function isUninstallWanted(name: string): Promise<boolean> {
  return confirm({
    question: `Uninstall ${name}?`,
    detail: "Code that imports it will fail until it is installed again.",
    action: "Uninstall",
  });
}

async function chosenPython(): Promise<string> {
  const choice = await findPython();
  if (choice.kind === "none") {
    throw new Error(choice.message);
  }
  return choice.executable;
}

/** Follow the setting. All data stays; a session that could not start is started with the new Python. */
async function useConfigured(ctx: Context, restart: () => Promise<void>): Promise<void> {
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
    await startInterpreter(ctx, choice.executable);
  }
}

/** Install NumPy, then start again what could not work without it. */
async function installNumpy(
  ctx: Context,
  changes: PackageChanges,
  python: () => Promise<string>,
  restart: () => Promise<void>,
): Promise<void> {
  if (ctx.daemon.state.kind !== "running") {
    await restart(); // it installs; itself it needs no NumPy for that
  }
  const target = await python();
  const environment = await ctx.daemon.request(methods.environmentsCheck, { python: target });
  const [wanted, action] = mendingOfNumpy(environment);
  if (!(await changes.install(target, [wanted], action))) {
    return;
  }
  if (ctx.daemon.state.kind === "running" && ctx.daemon.state.session.state !== "unavailable") {
    await ctx.daemon.request(methods.interpreterRestart, {});
  } else {
    await restart(); // the daemon itself was without NumPy
  }
}
