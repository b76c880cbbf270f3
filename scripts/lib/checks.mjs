// The checks: programs that read the source and find fault with it. One row each.

import { join } from "node:path";
import { ROOT } from "./paths.mjs";
import { ask, show } from "./process.mjs";
import { nodeProgram, showTool } from "./npm.mjs";

/** Each writes files from sources of ours, and with --check tells whether they are those that it would write. */
export const GENERATORS = [
  "generate_protocol.py",
  "generate_formats.py",
  "generate_transforms.py",
  "generate_load_schema.py",
  "generate_pipeline_schema.py",
  "generate_layout_schema.mjs",
  "generate_api.py",
];

/** Run one of them; what is declared in TypeScript is read by a program of Node's. */
export function generate(python, file, args) {
  return show(file.endsWith(".mjs") ? nodeProgram() : python, [join("tools", file), ...args]);
}

/** Pairs of name and a function that answers an exit code. */
export function checks(python) {
  const module =
    (...args) =>
    () =>
      show(python, ["-m", ...args]);
  const tool =
    (path, ...args) =>
    () =>
      showTool(path, args);
  return [
    ...GENERATORS.map((file) => [
      `what ${file} generates is up to date`,
      () => generate(python, file, ["--check"]),
    ]),
    ["ruff", module("ruff", "check")],
    ["ruff format", module("ruff", "format", "--check")],
    ["mypy", module("mypy")],
    // With caches of their own: of another platform, a cache is thrown away.
    ["mypy for Windows", module("mypy", "--platform", "win32", "--cache-dir", join(".mypy_cache", "win32"))],
    ["mypy for macOS", module("mypy", "--platform", "darwin", "--cache-dir", join(".mypy_cache", "darwin"))],
    [
      "import rule",
      () => show(python, ["-c", "from importlinter.cli import lint_imports_command as main; main()"]),
    ],
    ["codespell", () => show(python, ["-m", "codespell_lib", ...proseAndSource()])],
    ["tsc", tool("typescript/bin/tsc", "--project", ".")],
    ["tsc of the viewer", tool("typescript/bin/tsc", "--project", join("extension", "viewer"))],
    ["tsc of the table", tool("typescript/bin/tsc", "--project", join("extension", "table"))],
    ["tsc of the plots", tool("typescript/bin/tsc", "--project", join("extension", "plots"))],
    ["tsc of the pipeline", tool("typescript/bin/tsc", "--project", join("extension", "pipeline"))],
    ["tsc of the end-to-end tests", tool("typescript/bin/tsc", "--project", join("tests", "e2e"))],
    ["eslint", tool("eslint/bin/eslint.js", ".", "--max-warnings", "0")],
    ["prettier", tool("prettier/bin/prettier.cjs", "--check", "--log-level", "warn", ".")],
    ["knip", tool("knip/bin/knip.js")],
    [
      "dependency rule of the extension",
      tool(
        "dependency-cruiser/bin/dependency-cruiser.mjs",
        "--config",
        ".dependency-cruiser.mjs",
        "extension",
      ),
    ],
  ];
}

/** What people wrote: not locks, not pictures, and not what another file is generated into. */
function proseAndSource() {
  const files = ask("git", ["-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard"]).split(
    "\n",
  );
  return files.filter(
    (file) => /\.(md|py|mjs|ts|json|toml)$/.test(file) && !/package-lock\.json$/.test(file),
  );
}
