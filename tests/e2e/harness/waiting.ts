// Waiting for a condition that no locator can express.

import { existsSync, readFileSync } from "node:fs";

/** Answers once the condition holds; fails with its name when it does not in time. */
export async function waitUntil(
  what: string,
  condition: () => Promise<boolean>,
  timeoutMs = 90_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) {
      throw new Error(`Waited ${String(timeoutMs / 1000)} s in vain until ${what}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether a process runs no more. A container that collects no processes keeps what is left of it in the table. */
export function hasEnded(id: number): boolean {
  try {
    process.kill(id, 0);
  } catch {
    return true;
  }
  const status = `/proc/${String(id)}/status`;
  return existsSync(status) && /^State:\s+Z/m.test(readFileSync(status, "utf8"));
}
