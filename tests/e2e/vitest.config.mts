import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/e2e/*.test.ts"],
    globalSetup: ["tests/e2e/harness/globalSetup.ts"],
    // Each file has a VS Code of its own; two at once are more than two cores can carry.
    fileParallelism: false,
    testTimeout: 360_000,
    hookTimeout: 240_000,
  },
});
