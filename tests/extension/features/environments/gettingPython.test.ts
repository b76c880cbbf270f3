import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CancellationToken } from "vscode";
import { getPython } from "../../../../extension/src/features/environments/gettingPython";

let home: string;
let folder: string;
let said: string;

const write = (text: string): void => {
  said += text;
};

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "uv-"));
  folder = join(home, "environments", "ours");
  said = "";
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

/** A program in place of uv; the folder of the environment is its fourth argument when it makes one. */
function uvThat(script: string): string {
  const uv = join(home, "uv");
  writeFileSync(uv, `#!/bin/sh\necho "$@" >> ${home}/asked\n${script}\n`);
  chmodSync(uv, 0o755);
  return uv;
}

class Cancellable {
  isCancellationRequested = false;
  readonly #listeners: (() => void)[] = [];
  readonly token = this as unknown as CancellationToken;

  onCancellationRequested(listener: () => void): { dispose: () => void } {
    this.#listeners.push(listener);
    return { dispose: () => undefined };
  }

  cancel(): void {
    this.isCancellationRequested = true;
    for (const listener of this.#listeners) {
      listener();
    }
  }
}

// Windows has no script that can be started like a program.
describe.skipIf(process.platform === "win32")("uv", () => {
  test("is asked for an environment with a Python of its own, and for NumPy", async () => {
    const uv = uvThat('if [ "$1" = venv ]; then mkdir "$4"; echo "Downloading cpython"; fi');
    expect(await getPython({ uv, folder }, write, new Cancellable().token)).toBe(true);
    expect(readFileSync(join(home, "asked"), "utf8").trim().split("\n")).toEqual([
      `venv --python 3.13 ${folder}`,
      `pip install --python ${folder} numpy`,
    ]);
    expect(said).toContain("Downloading cpython");
    expect(existsSync(folder)).toBe(true);
  });

  test("that fails gives its reason, and nothing is left of what it made", async () => {
    const uv = uvThat(
      'if [ "$1" = venv ]; then mkdir "$4"; else echo "  x Resolving" >&2; echo "error: no route to host" >&2; exit 2; fi',
    );
    const getting = getPython({ uv, folder }, write, new Cancellable().token);
    await expect(getting).rejects.toThrow("uv could not get Python: error: no route to host");
    expect(existsSync(folder)).toBe(false);
  });

  test("that is cancelled ends with all that it has started, and nothing is left of what it made", async () => {
    const uv = uvThat(`mkdir "$4"\nsleep 600 &\necho $! > ${home}/child\ntouch ${home}/begun\nwait`);
    const cancelling = new Cancellable();
    const getting = getPython({ uv, folder }, write, cancelling.token);
    await vi.waitUntil(() => existsSync(join(home, "begun")), { timeout: 60_000 });
    cancelling.cancel();
    expect(await getting).toBe(false);
    expect(existsSync(folder)).toBe(false);
    const child = Number(readFileSync(join(home, "child"), "utf8"));
    await vi.waitUntil(() => !isRunning(child), { timeout: 60_000 });
    expect(readFileSync(join(home, "asked"), "utf8")).not.toContain("pip");
  }, 120_000);

  test("is not asked when the folder is there already", async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "mine"), "");
    const getting = getPython({ uv: uvThat(""), folder }, write, new Cancellable().token);
    await expect(getting).rejects.toThrow("is there already");
    expect(existsSync(join(folder, "mine"))).toBe(true);
    expect(existsSync(join(home, "asked"))).toBe(false);
  });
});

test("a uv that cannot be started is an error, and leaves nothing", async () => {
  const getting = getPython({ uv: join(home, "nowhere"), folder }, write, new Cancellable().token);
  await expect(getting).rejects.toThrow("ENOENT");
  expect(existsSync(folder)).toBe(false);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Nobody's child that has ended stays listed until init takes notice.
  return !/^State:\s+Z/m.test(statusOf(pid));
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/status`, "utf8");
  } catch {
    return "";
  }
}
