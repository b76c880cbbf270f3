/** What the end-to-end tests use of served.mjs. */
export function serveBehindGate(options: {
  readonly node: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly wholeEnv: Readonly<Record<string, string | undefined>>;
}): Promise<{
  readonly address: (query: Readonly<Record<string, string>>) => string;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}>;
