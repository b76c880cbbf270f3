// How the daemon is started: in which Python, with which arguments. Starts nothing that stays.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { extensions, workspace, type Uri } from "vscode";
import { checkers, staticTools } from "./editor";
import {
  choosePython,
  expandFolder,
  expandPath,
  pathCandidates,
  probeCode,
  pythonOfEnvironment,
  readProbe,
  type Candidate,
  type Choice,
  type Probe,
} from "./python";
import type { KnownPythons } from "./knownPythons";
import type { Command } from "./process";
import { setting } from "../settings";
import { ownEnvironment, uvProgram } from "./uv";

/** Folder that is open; the first one when there are several. */
function workspaceFolder(): string | undefined {
  return workspace.workspaceFolders?.find((folder) => folder.uri.scheme === "file")?.uri.fsPath;
}

/** The path of a program that somebody typed: `~` and what is relative mean this machine's home and the open folder. */
export function typedPath(path: string): string {
  return expandPath(path, homedir(), workspaceFolder());
}

/** A folder that somebody typed, as an absolute path. */
export function typedFolder(path: string): string {
  return expandFolder(path, homedir(), workspaceFolder());
}

/** The Python that the setting names, as an absolute path or a command; undefined when it names none. */
export function configuredInterpreter(): string | undefined {
  const path = typedPath(setting("interpreterPath"));
  return path === "" ? undefined : path;
}

/** Folders of the setting in which environments are looked for. */
export function expandedFolders(): string[] {
  return setting("interpreterSearchPaths").map(typedPath);
}

const untrusted =
  "this folder is not trusted, so no Python of it is run. Trust the workspace, then try again.";

/**
 * Find the Python for the session: the setting alone if it is set, else the first that works.
 *
 * Candidates are asked by running them, and may lie in the folder that is open: none is, before it is trusted. What is
 * known of one is not asked again.
 */
export async function findPython(known?: KnownPythons): Promise<Choice> {
  if (!workspace.isTrusted) {
    return { kind: "none", message: untrusted };
  }
  const choice = await choosePython(candidates(), (candidate) => askOnce(candidate, known));
  if (choice.kind === "found" || configuredInterpreter() !== undefined || uvProgram() !== undefined) {
    return choice;
  }
  return { ...choice, message: `${choice.message} Where uv is installed, it can get one for you.` };
}

/** Whether uv could get the Python that was not found; one that the setting names is not replaced. */
export function canGetPython(): boolean {
  return workspace.isTrusted && configuredInterpreter() === undefined && uvProgram() !== undefined;
}

async function* candidates(): AsyncGenerator<Candidate> {
  const configured = configuredInterpreter();
  if (configured !== undefined) {
    // Nothing else is tried: a wrong setting must be seen, not worked around.
    yield { command: configured, args: [], origin: "setting whiskertoolbox.interpreterPath" };
    return;
  }
  const folder = workspaceFolder();
  if (folder !== undefined) {
    const python = join(folder, ".venv", pythonOfEnvironment(process.platform));
    if (existsSync(python)) {
      yield { command: python, args: [], origin: "the workspace's .venv" };
    }
  }
  const active = await pythonExtensionChoice();
  if (active !== undefined) {
    yield { command: active, args: [], origin: "Python extension" };
  }
  yield* pathCandidates(process.platform, findOnPath);
  const own = join(ownEnvironment(), pythonOfEnvironment(process.platform));
  if (existsSync(own)) {
    yield { command: own, args: [], origin: "the environment that uv made" };
  }
}

function findOnPath(command: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
}

/** What we use of the API of `ms-python.python`. */
type PythonExtension = {
  readonly environments: {
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
    resolveEnvironment(path: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: Uri } } | undefined>;
  };
};

async function pythonExtensionChoice(): Promise<string | undefined> {
  const extension = extensions.getExtension<PythonExtension>("ms-python.python");
  if (extension === undefined) {
    return undefined;
  }
  try {
    const { environments } = await extension.activate();
    const path = environments.getActiveEnvironmentPath(workspace.workspaceFolders?.[0]?.uri);
    return (await environments.resolveEnvironment(path))?.executable.uri?.fsPath;
  } catch {
    return undefined; // another extension's failure must not keep ours from starting
  }
}

async function askOnce(candidate: Candidate, known: KnownPythons | undefined): Promise<Probe> {
  const path = isAbsolute(candidate.command) ? candidate.command : findOnPath(candidate.command);
  if (path === undefined) {
    return probe(candidate);
  }
  const said = known?.said(candidate, path);
  if (said !== undefined) {
    return { ...said, isRemembered: true };
  }
  const answer = await probe(candidate);
  if (answer.kind === "python") {
    known?.remember(candidate, path, answer);
  }
  return answer;
}

function probe(candidate: Candidate): Promise<Probe> {
  return new Promise((resolve) => {
    execFile(
      candidate.command,
      // -I, and a folder of the user's own: nothing that lies in the workspace is imported, or found on Windows' path.
      [...candidate.args, "-I", "-c", probeCode],
      { timeout: 20_000, windowsHide: true, cwd: homedir() },
      (error, stdout) => {
        if (error === null) {
          resolve(readProbe(stdout));
        } else if (error.code === "ENOENT") {
          resolve({ kind: "failed", reason: "not found" });
        } else {
          resolve({
            kind: "failed",
            reason: error.killed === true ? "it did not answer" : "it cannot be run",
          });
        }
      },
    );
  });
}

/** Where the session is kept: in the folder that is open, else in VS Code's storage. */
function sessionPath(storageUri: Uri): string {
  const folder = workspaceFolder();
  return folder === undefined
    ? join(storageUri.fsPath, "session")
    : join(folder, ".whiskertoolbox", "session");
}

/** Whether the folder that is open has a session already; nothing is started or made in one that has none. */
export function folderHasSession(): boolean {
  const folder = workspaceFolder();
  return folder !== undefined && existsSync(join(folder, ".whiskertoolbox", "session"));
}

const configVariables = "WHISKERTOOLBOX_CONFIG_VARIABLES";

/** What load configs are given of the environment: those that the setting names, and the person's own shell. */
function readableVariables(): string {
  return [...setting("configVariables"), process.env[configVariables] ?? ""].filter(Boolean).join(",");
}

/** The daemon's command line. */
export function daemonCommand(options: {
  readonly python: string;
  readonly extensionUri: Uri;
  readonly storageUri: Uri;
  /** A process of the session that does not answer is ended. */
  readonly endHung: boolean;
}): Command {
  const folder = workspaceFolder();
  const session = sessionPath(options.storageUri);
  const daemon = join(options.extensionUri.fsPath, "daemon", "whiskertoolbox_daemon");
  return {
    command: options.python,
    // Without start files, which could print into the connection; the daemon then starts itself again with them.
    args: [
      "-I",
      "-S",
      daemon,
      "--session",
      session,
      "--interpreter",
      options.python,
      "--workspace",
      folder ?? homedir(),
      ...(options.endHung ? ["--end-hung"] : []),
    ],
    // In a folder of the user's own: nothing that lies in the workspace is found by chance, as on Windows' path.
    options: { cwd: homedir(), env: { ...process.env, [configVariables]: readableVariables() } },
  };
}

/** What the daemon is told of the editor: whether it analyses Python itself, and the tools that look at Python in it. */
export function editorOptions(): { pictures: true; staticTools: boolean; checkers: string[] } {
  return {
    pictures: true,
    staticTools: staticTools.some(isInstalled),
    checkers: Object.entries(checkers).flatMap(([tool, ids]) => (ids.some(isInstalled) ? [tool] : [])),
  };
}

function isInstalled(id: string): boolean {
  return extensions.getExtension(id) !== undefined;
}
