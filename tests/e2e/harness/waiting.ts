// Waiting for a condition that no locator can express.

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
