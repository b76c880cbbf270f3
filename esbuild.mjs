// Bundles the extension into dist/extension.js, which is all of our TypeScript that the VSIX carries.
import { build } from "esbuild";

const production = process.argv.includes("--production");

await build({
  entryPoints: ["extension/src/extension.ts"],
  outfile: "dist/extension.js",
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  mainFields: ["module", "main"], // vscode-languageclient's dependencies bundle only from their ES modules
  minify: production,
  sourcemap: production ? false : "linked",
  logLevel: "warning",
});
