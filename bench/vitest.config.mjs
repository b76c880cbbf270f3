import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/e2e/*.bench.ts"],
    globalSetup: ["tests/e2e/harness/globalSetup.ts"],
    testTimeout: 900_000,
    hookTimeout: 240_000,
  },
});
