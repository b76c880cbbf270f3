// Bundles the extension into dist/extension.js, which is all of our TypeScript that the VSIX carries.
import { mkdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const production = process.argv.includes("--production");

const { metafile } = await build({
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
  metafile: true,
});

// Which packages the bundle holds is for the bill of materials of the VSIX to say.
mkdirSync("build", { recursive: true });
writeFileSync("build/extension.meta.json", JSON.stringify(metafile));
