// The import rule of the extension; tests/architecture has the one of the Python packages.

export default {
  forbidden: [
    {
      name: "no circles",
      comment: "A file that needs itself in the end cannot be understood alone.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "the model is pure",
      comment: "What decides is tested without VS Code; what shows it is in features/.",
      severity: "error",
      from: { path: "^extension/src/model/" },
      to: {
        pathNot: ["^extension/src/(model|protocol)/", "^node:"],
        dependencyTypesNot: ["core", "type-only"],
      },
    },
    {
      name: "the protocol is plain types",
      severity: "error",
      from: { path: "^extension/src/protocol/" },
      to: { pathNot: "^extension/src/protocol/" },
    },
    {
      name: "the connection knows no feature",
      severity: "error",
      from: { path: "^extension/src/daemon/" },
      to: { path: "^extension/src/(features/|extension\\.ts)" },
    },
    {
      name: "no test code in the product",
      severity: "error",
      from: { path: "^extension/" },
      to: { path: "^tests/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    exoticRequireStrings: [],
    builtInModules: { add: ["vscode"] },
  },
};
