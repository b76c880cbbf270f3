// Installing, upgrading and uninstalling packages, and making environments: progress, a log, a way to cancel.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Uri } from "vscode";
import { ProgressLocation, window, workspace, type CancellationToken, type OutputChannel } from "vscode";
import type { Context } from "../../context";
import { typedFolder } from "../../daemon/launch";
import { ownEnvironment, uvProgram } from "../../daemon/uv";
import { methods, type ChangePackages } from "../../protocol/generated";
import { askText } from "../../ui/ask";
import { showInformation } from "../../ui/notify";
import { notificationText, plainText } from "../../ui/text";
import { getPython } from "./gettingPython";
import { splitPackages } from "./model";

export class PackageChanges {
  readonly #ctx: Context;
  readonly #changed: () => void;
  #channel: OutputChannel | undefined;

  /** `changed` is called after each change, whether it went well or not. */
  constructor(ctx: Context, changed: () => void) {
    this.#ctx = ctx;
    this.#changed = changed;
  }

  dispose(): void {
    this.#channel?.dispose();
  }

  /** Answers whether it was done, which the user can cancel. */
  async install(
    python: string,
    names?: readonly string[],
    action: "install" | "reinstall" | "upgrade" = "install",
  ): Promise<boolean> {
    const wanted = names ?? (await askForPackages());
    if (wanted === undefined || wanted.length === 0) {
      return false;
    }
    const title = `Installing ${wanted.join(", ")}`;
    const isDone = await this.#change(title, { python, action, packages: [...wanted] });
    if (isDone) {
      void showInformation(`${wanted.join(", ")} installed.`);
    }
    return isDone;
  }

  async installFromFile(python: string, uri?: Uri): Promise<void> {
    const chosen = uri ?? (await pickRequirements());
    if (chosen !== undefined) {
      const requirements = chosen.fsPath;
      await this.#change(`Installing from ${requirements}`, { python, action: "install", requirements });
    }
  }

  async upgrade(python: string, name: string): Promise<void> {
    await this.#change(`Upgrading ${name}`, { python, action: "upgrade", packages: [name] });
  }

  async uninstall(python: string, name: string): Promise<void> {
    await this.#change(`Uninstalling ${name}`, { python, action: "uninstall", packages: [name] });
  }

  /** Ask where and from which Python, and make an environment with NumPy; answers its executable. */
  async createEnvironment(): Promise<string | undefined> {
    const root = workspace.workspaceFolders?.[0]?.uri.fsPath;
    const typed = await askText({
      title: "Create an environment: folder",
      prompt: "A new folder; NumPy is installed into the environment.",
      value: root === undefined ? "" : join(root, ".venv"),
    });
    if (typed === undefined || typed.trim() === "") {
      return undefined;
    }
    const folder = typedFolder(typed); // the daemon works in another one
    const kind = (await window.showQuickPick(environmentKinds, { title: "Create an environment: kind" }))
      ?.environmentKind;
    if (kind === undefined) {
      return undefined;
    }
    const version = await askText({
      title: "Create an environment: Python version",
      prompt:
        kind === "conda"
          ? "Empty: that of the Python in use."
          : "Empty: the Python that is in use. Another version is fetched by uv, where uv is installed.",
      placeHolder: "3.12",
    });
    if (version === undefined) {
      return undefined;
    }
    const made = await this.#follow(`Creating ${folder}`, (changeId, token) =>
      this.#ctx.daemon.request(
        methods.environmentsCreate,
        { changeId, folder, kind, base: "", version: version.trim() },
        token,
      ),
    );
    return made?.python;
  }

  async #change(
    title: string,
    change: Omit<ChangePackages, "changeId" | "packages" | "requirements"> &
      Partial<Pick<ChangePackages, "packages" | "requirements">>,
  ): Promise<boolean> {
    const done = await this.#follow(title, (changeId, token) =>
      this.#ctx.daemon.request(
        methods.packagesChange,
        { packages: [], requirements: "", ...change, changeId },
        token,
      ),
    );
    return done !== undefined;
  }

  /** Make an environment of uv's, with a Python that uv gets; answers whether it was made. */
  async getPython(): Promise<boolean> {
    const uv = uvProgram();
    if (uv === undefined) {
      throw new Error(
        "uv is not installed, so it cannot get a Python. Install uv or Python, then try again.",
      );
    }
    const folder = ownEnvironment();
    const made = await this.#show("Getting Python through uv", (write, token) =>
      getPython({ uv, folder }, write, token),
    );
    return made === true;
  }

  async #follow<T>(
    title: string,
    work: (changeId: string, token: CancellationToken) => Promise<T>,
  ): Promise<T | undefined> {
    const changeId = randomUUID();
    return this.#show(title, async (write, token) => {
      const log = this.#ctx.daemon.on(methods.packagesLog, (said) => {
        if (said.changeId === changeId) {
          write(said.text);
        }
      });
      try {
        return await work(changeId, token);
      } finally {
        log.dispose();
      }
    });
  }

  /** What the installer says goes to an output channel, its last line to the notification. */
  async #show<T>(
    title: string,
    work: (write: (text: string) => void, token: CancellationToken) => Promise<T>,
  ): Promise<T | undefined> {
    this.#channel ??= window.createOutputChannel("WhiskerToolbox Packages");
    const channel = this.#channel;
    const options = {
      location: ProgressLocation.Notification,
      title: notificationText(title),
      cancellable: true,
    };
    return window.withProgress(options, async (progress, token) => {
      const write = (text: string): void => {
        channel.append(text);
        progress.report({ message: notificationText(lastLine(text), 80) });
      };
      try {
        return await work(write, token);
      } catch (error) {
        if (token.isCancellationRequested) {
          return undefined;
        }
        channel.show(true);
        throw error;
      } finally {
        this.#changed();
      }
    });
  }
}

const environmentKinds = [
  {
    environmentKind: "virtual",
    label: "Virtual environment",
    description: "made by uv where it is installed, else by venv",
  },
  {
    environmentKind: "conda",
    label: "conda environment",
    description: "made by conda, mamba or micromamba",
  },
] as const;

function lastLine(text: string): string {
  return plainText(
    text
      .trimEnd()
      .split(/[\r\n]/)
      .at(-1) ?? "",
  );
}

async function askForPackages(): Promise<readonly string[] | undefined> {
  const entered = await askText({
    title: "Install packages",
    prompt: "Names, with version and extras if wanted",
    placeHolder: "scipy>=1.11 dask[distributed]",
  });
  return entered === undefined ? undefined : splitPackages(entered);
}

async function pickRequirements(): Promise<Uri | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const chosen = await window.showOpenDialog({
    title: "Install from requirements.txt or pyproject.toml",
    openLabel: "Install",
    filters: { Requirements: ["txt", "toml"] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return chosen?.[0];
}
