// What the daemon is told of the editor that it works for.

/** Load configs and pipelines, which the daemon looks at beside Python: called as in the manifest's `jsonValidation`. */
export const configFiles = "**/{recording.json,*.load.json,*.wtconfig.json,pipeline.json,*.pipeline.json}";

/** Extensions that analyse Python; what they complete and explain is not shown a second time. */
export const staticTools = [
  "ms-python.vscode-pylance",
  "ms-pyright.pyright",
  "detachhead.basedpyright",
  "meta.pyrefly",
  "astral-sh.ty",
];

/** Extensions that run a tool of their own on Python, by the name by which the daemon knows the tool. */
export const checkers = {
  ruff: ["charliermarsh.ruff"],
  pylint: ["ms-python.pylint"],
  mypy: ["ms-python.mypy-type-checker", "matangover.mypy"],
  pyrefly: ["meta.pyrefly"],
};
