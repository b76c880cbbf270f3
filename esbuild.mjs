// Bundles the extension into dist/extension.js and its pages into dist/viewer/, dist/table/ and dist/plots/: all of our
// TypeScript that the VSIX carries.
import { mkdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const production = process.argv.includes("--production");

const common = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : "linked",
  logLevel: "warning",
  metafile: true,
};

// The viewer's page is a program of its own, for a browser.
const viewer = await build({
  ...common,
  entryPoints: ["extension/viewer/main.ts", "extension/viewer/style.css"],
  outdir: "dist/viewer",
  platform: "browser",
  format: "iife",
  target: "chrome128",
});

// So is a table's.
const table = await build({
  ...common,
  entryPoints: ["extension/table/main.ts", "extension/table/style.css"],
  outdir: "dist/table",
  platform: "browser",
  format: "iife",
  target: "chrome128",
});

// And that of the plots.
const plots = await build({
  ...common,
  entryPoints: ["extension/plots/main.ts", "extension/plots/style.css"],
  outdir: "dist/plots",
  platform: "browser",
  format: "iife",
  target: "chrome128",
});

const { metafile } = await build({
  ...common,
  entryPoints: ["extension/src/extension.ts"],
  outfile: "dist/extension.js",
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  mainFields: ["module", "main"], // vscode-languageclient's dependencies bundle only from their ES modules
});

// Which packages the bundle holds is for the bill of materials of the VSIX to say.
mkdirSync("build", { recursive: true });
const inputs = {
  ...metafile.inputs,
  ...viewer.metafile.inputs,
  ...table.metafile.inputs,
  ...plots.metafile.inputs,
};
writeFileSync("build/extension.meta.json", JSON.stringify({ ...metafile, inputs }));
