// Which Python runs the session: the order of candidates and what is said when none will do. No VS Code, no processes.

import { dirname, resolve } from "node:path";

/** A Python to try: a command and arguments that come before any other. */
export type Candidate = {
  readonly command: string;
  readonly args: readonly string[];
  /** Where it comes from, for messages. */
  readonly origin: string;
};

/** What a candidate answered about itself. */
export type Probe =
  | {
      readonly kind: "python";
      readonly executable: string;
      readonly version: readonly [number, number];
      /** It has said so at another time. */
      readonly isRemembered?: boolean;
    }
  | { readonly kind: "failed"; readonly reason: string };

export type Choice =
  | {
      readonly kind: "found";
      readonly executable: string;
      readonly origin: string;
      /** It was not asked whether it works. */
      readonly isRemembered: boolean;
    }
  | { readonly kind: "none"; readonly message: string };

const oldestVersion: readonly [number, number] = [3, 10];

/** Begins the line of the answer: start files of an environment print others before it and after it. */
const mark = "whiskertoolbox-python:";

/** Python code with which a candidate tells its path, version and build. */
export const probeCode = [
  "import json, sys, sysconfig",
  "build = [sys.implementation.name, bool(sysconfig.get_config_var('Py_GIL_DISABLED'))]",
  `print("\\n${mark}" + json.dumps([sys.executable, *sys.version_info[:2], *build]))`,
].join("\n");

/** Read what `probeCode` printed. */
export function readProbe(stdout: string): Probe {
  const line = stdout.split(/\r?\n/).findLast((said) => said.startsWith(mark)) ?? "";
  try {
    const answer: unknown = JSON.parse(line.slice(mark.length));
    if (Array.isArray(answer)) {
      const [executable, major, minor, implementation, isFreeThreaded] = answer as readonly unknown[];
      if (typeof executable === "string" && typeof major === "number" && typeof minor === "number") {
        return implementation !== "cpython"
          ? { kind: "failed", reason: "it is not CPython, which WhiskerToolbox needs" }
          : isFreeThreaded === true
            ? { kind: "failed", reason: "it is a free-threaded build; WhiskerToolbox needs the ordinary one" }
            : { kind: "python", executable, version: [major, minor] };
      }
    }
  } catch {
    // Said below: whatever it printed, it was not a Python's answer.
  }
  return { kind: "failed", reason: "it does not answer like a Python" };
}

/** The first candidate that works and is new enough; asks no further ones. */
export async function choosePython(
  candidates: AsyncIterable<Candidate> | Iterable<Candidate>,
  probe: (candidate: Candidate) => Promise<Probe>,
): Promise<Choice> {
  const refused: string[] = [];
  for await (const candidate of candidates) {
    const answer = await probe(candidate);
    const name = `${[candidate.command, ...candidate.args].join(" ")} (${candidate.origin})`;
    if (answer.kind === "failed") {
      refused.push(`${name}: ${answer.reason}`);
    } else if (isOlder(answer.version, oldestVersion)) {
      refused.push(`${name}: Python ${answer.version.join(".")} is too old`);
    } else {
      return {
        kind: "found",
        executable: answer.executable,
        origin: candidate.origin,
        isRemembered: answer.isRemembered === true,
      };
    }
  }
  const tried = refused.length === 0 ? "" : ` Tried: ${refused.join("; ")}.`;
  return {
    kind: "none",
    message: `no Python ${oldestVersion.join(".")} or newer was found.${tried} Select or install one.`,
  };
}

function isOlder(version: readonly [number, number], than: readonly [number, number]): boolean {
  return version[0] < than[0] || (version[0] === than[0] && version[1] < than[1]);
}

/**
 * The Pythons of PATH. Of macOS's own, in `/usr/bin`, none is run: it is too old for us, and where the developer tools
 * are missing, a dialog of the system asks to install them.
 */
export function pathCandidates(
  platform: NodeJS.Platform,
  findOnPath: (command: string) => string | undefined,
): readonly Candidate[] {
  const commands = ["python3", "python"].filter(
    (command) => platform !== "darwin" || dirname(findOnPath(command) ?? "") !== "/usr/bin",
  );
  const plain = commands.map((command) => ({ command, args: [], origin: "PATH" }));
  return platform === "win32" ? [...plain, { command: "py", args: ["-3"], origin: "PATH" }] : plain;
}

/** Where a virtual environment keeps its Python, relative to its folder. */
export function pythonOfEnvironment(platform: NodeJS.Platform): string {
  return platform === "win32" ? "Scripts/python.exe" : "bin/python";
}

/** A path from the settings, with `~` and `${workspaceFolder}` replaced. */
export function expandPath(path: string, home: string, workspaceFolder: string | undefined): string {
  const expanded = path
    .trim()
    .replaceAll("${workspaceFolder}", workspaceFolder ?? "${workspaceFolder}")
    .replace(/^~(?=[\\/]|$)/, home);
  // A relative path means the workspace's; a bare name (`python3.12`) is left to PATH.
  const isRelative = /[\\/]/.test(expanded) && !/^([\\/]|[a-zA-Z]:)/.test(expanded);
  return isRelative && workspaceFolder !== undefined ? `${workspaceFolder}/${expanded}` : expanded;
}

/** A folder that somebody typed, as an absolute path: what is relative lies in the open folder. */
export function expandFolder(path: string, home: string, workspaceFolder: string | undefined): string {
  return resolve(workspaceFolder ?? home, expandPath(path, home, workspaceFolder));
}
