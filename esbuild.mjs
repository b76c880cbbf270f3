// Bundles the extension into dist/extension.js, what it loads later into dist/languageClient.js, and its pages into
// dist/viewer/, dist/table/, dist/plots/ and dist/pipeline/: all of our TypeScript that the VSIX carries.
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

// Each page is a program of its own, for a browser.
const pages = await Promise.all(
  ["viewer", "table", "plots", "pipeline"].map((page) =>
    build({
      ...common,
      entryPoints: [`extension/${page}/main.ts`, `extension/${page}/style.css`],
      outdir: `dist/${page}`,
      platform: "browser",
      format: "iife",
      target: "chrome128",
    }),
  ),
);

/** A file of its own, since it is read whole when any of it is needed: when a session starts, not when VS Code does. */
const later = {
  name: "later",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/languageClient$/ }, () => ({ path: "./languageClient.js", external: true }));
  },
};

const { metafile } = await build({
  ...common,
  entryPoints: ["extension/src/extension.ts", "extension/src/daemon/languageClient.ts"],
  entryNames: "[name]",
  outdir: "dist",
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  plugins: [later],
  supported: { "dynamic-import": false }, // VS Code gives `vscode` to what is required
  mainFields: ["module", "main"], // vscode-languageclient's dependencies bundle only from their ES modules
});

// Which packages the bundle holds is for the bill of materials of the VSIX to say.
mkdirSync("build", { recursive: true });
const inputs = Object.assign({}, metafile.inputs, ...pages.map((page) => page.metafile.inputs));
writeFileSync("build/extension.meta.json", JSON.stringify({ ...metafile, inputs }));
