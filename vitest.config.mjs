import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const fakeVscode = fileURLToPath(new URL("tests/extension/fakes/vscode.ts", import.meta.url));

export default defineConfig({
  // `vscode` exists only inside VS Code; features are tested against a small stand-in with the same shapes.
  resolve: { alias: { vscode: fakeVscode } },
  test: {
    include: ["tests/extension/**/*.test.ts", "tests/scripts/**/*.test.mjs"],
    testTimeout: 60_000, // a busy machine is not an error
  },
});
