// What every command of ours does around its work.

import { ensureNodeIsNewEnough } from "./npm.mjs";
import { endChildren, isStopping, stopOnSignals, UserError } from "./process.mjs";

/** Do the work; say what went wrong in words, not in a stack; end what was started. */
export async function main(work) {
  stopOnSignals();
  try {
    ensureNodeIsNewEnough();
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    if (isStopping()) return;
    console.error(`\n${error instanceof UserError ? error.message : error.stack}`);
    process.exitCode = 1;
  }
  await endChildren();
}
