// What `npm run test:e2e` has set up, and what all test files share.

import { resolve } from "node:path";

export type Places = {
  readonly vsix: string;
  /** Node 24, which runs code-server. */
  readonly node: string;
  readonly codeServer: string;
  readonly browser: string;
  /** Has our packages: makes the recording and is the command line. */
  readonly projectPython: string;
  /** What a scientist has (NumPy, SciPy, Matplotlib), without anything of ours: runs user code. */
  readonly scientistPython: string;
  /** Has no package at all. */
  readonly barePython: string;
  /** Has NumPy, and releases of what the extension brings that are far older. */
  readonly oldPython: string;
  /** With NumPy, one of each supported version that the machine has. */
  readonly pythons: readonly string[];
};

/** Made once, before the first test file. */
type Shared = {
  /** Folder with the packaged extension, installed. */
  readonly extensions: string;
  /** Workspace with the demo recording, loaded into its session, and the example scripts. */
  readonly demo: string;
};

declare module "vitest" {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface can be extended
  interface ProvidedContext {
    shared: Shared;
  }
}

export const root = resolve(import.meta.dirname, "../../..");
export const results = resolve(root, "test-results", "e2e");

export function places(): Places {
  const text = process.env["E2E_PLACES"];
  if (text === undefined) {
    throw new Error("The end-to-end tests need a set-up: run them with `npm run test:e2e`.");
  }
  return JSON.parse(text) as Places;
}
