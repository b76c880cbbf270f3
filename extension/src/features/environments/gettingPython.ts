// Where there is no usable Python at all: an environment of uv's making, with a Python that uv gets.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname } from "node:path";
import type { CancellationToken } from "vscode";

/** What uv is to do: make an environment, with a Python that it gets where there is none, and install NumPy. */
function gettingCommands(uv: string, folder: string): readonly (readonly string[])[] {
  return [
    [uv, "venv", "--python", "3.13", folder],
    [uv, "pip", "install", "--python", folder, "numpy"],
  ];
}

/** Make the environment; nothing of it is left when that fails or is cancelled. Answers whether it was made. */
export async function getPython(
  { uv, folder }: { readonly uv: string; readonly folder: string },
  write: (text: string) => void,
  token: CancellationToken,
): Promise<boolean> {
  if (existsSync(folder)) {
    throw new Error(`${folder} is there already, and its Python does not work. Delete it, then try again.`);
  }
  await mkdir(dirname(folder), { recursive: true });
  try {
    for (const command of gettingCommands(uv, folder)) {
      if (token.isCancellationRequested) {
        break;
      }
      write(`> ${command.join(" ")}\n`);
      await follow(command, write, token);
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (!token.isCancellationRequested) {
      throw error;
    }
  }
  if (token.isCancellationRequested) {
    await rm(folder, { recursive: true, force: true });
    return false;
  }
  return true;
}

/** Run a program to its end; fails with the reason that it gives. Cancelled, it ends with all that it has started. */
function follow(
  [program = "", ...args]: readonly string[],
  write: (text: string) => void,
  token: CancellationToken,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const isGroup = process.platform !== "win32";
    const child = spawn(program, args, {
      cwd: homedir(), // nothing in the workspace decides what is got
      env: { ...process.env, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      detached: isGroup,
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said = (said + text).slice(-8000);
        write(text);
      });
    }
    const cancelled = token.onCancellationRequested(() => {
      if (isGroup && child.pid !== undefined) {
        process.kill(-child.pid, "SIGKILL");
      } else {
        child.kill();
      }
    });
    child.once("error", (error) => {
      cancelled.dispose();
      reject(error);
    });
    child.once("close", (code) => {
      cancelled.dispose();
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(`uv could not get Python: ${errorOf(said)}`));
      }
    });
  });
}

/** What a program said last that is an error, else its last lines. */
function errorOf(said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  const first = lines.findIndex((line) => /^\s*(×|error)/i.test(line));
  const reason = lines.slice(first === -1 ? -5 : first, first === -1 ? undefined : first + 6);
  return reason.map((line) => line.trim()).join(" ") || "it ended without a reason.";
}
