// The import rule of the extension; tests/architecture has the one of the Python packages.

const pureFiles =
  "^extension/src/(features/[^/]+/model|keywords|ui/text|daemon/(python|logLine|state))\\.ts$";

export default {
  forbidden: [
    {
      name: "no circles",
      comment: "A file that needs itself in the end cannot be understood alone; a type counts as well.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "a feature is known by its index",
      comment: "What stands beside a feature's index.ts is its own business.",
      severity: "error",
      from: { path: "^extension/src/features/([^/]+)/" },
      to: { path: "^extension/src/features/", pathNot: "^extension/src/features/($1/|[^/]+/index\\.ts$)" },
    },
    {
      name: "only the table of contents and features know features",
      severity: "error",
      from: { pathNot: "^extension/src/(features/|extension\\.ts$)" },
      to: { path: "^extension/src/features/" },
    },
    {
      name: "the table of contents knows each feature's index",
      severity: "error",
      from: { path: "^extension/src/extension\\.ts$" },
      to: { path: "^extension/src/features/", pathNot: "/index\\.ts$" },
    },
    {
      name: "a model is pure",
      comment:
        "What decides is tested without VS Code: nothing of it is imported, also not by way of another file.",
      severity: "error",
      from: { path: pureFiles },
      to: { path: "^vscode(-languageclient)?($|/)|node_modules/vscode-languageclient", reachable: true },
    },
    {
      name: "a model imports only types of the protocol and what is pure",
      severity: "error",
      comment: "Node's `path` reckons with texts only; what a page is told are plain types.",
      from: { path: pureFiles },
      to: {
        pathNot: ["^extension/src/protocol/", "^extension/pipeline/messages\\.ts$", "^path$", pureFiles],
      },
    },
    {
      name: "what loads the client library is imported when a session starts",
      comment: "It is most of the code: until then it would only keep VS Code waiting.",
      severity: "error",
      from: {},
      to: { path: "^extension/src/daemon/languageClient\\.ts$", dynamic: false },
    },
    {
      name: "what loads the client library shares nothing with the rest",
      comment:
        "Bundled apart, it would have functions and state of its own in place of those that it imports.",
      severity: "error",
      from: { path: "^extension/src/daemon/languageClient\\.ts$" },
      to: { path: "^extension/src/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "the protocol is plain types",
      severity: "error",
      from: { path: "^extension/src/protocol/" },
      to: { pathNot: "^extension/src/protocol/" },
    },
    {
      name: "a page is a program of its own",
      comment: "It runs in a web page; the two share the protocol's types and nothing that runs.",
      severity: "error",
      from: { path: "^extension/(viewer|table|plots|pipeline)/" },
      to: { path: "^extension/src/", pathNot: "^extension/src/protocol/" },
    },
    {
      name: "a page is not part of the extension's bundle",
      severity: "error",
      from: { path: "^extension/src/" },
      to: { path: "^extension/(viewer|table|plots|pipeline)/", dependencyTypesNot: ["type-only"] },
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
