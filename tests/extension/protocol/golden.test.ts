// The protocol's examples, which the Python codec decodes as well, have the generated TypeScript types: an example is
// written into a file as a literal and the compiler says whether it fits, with no field missing and none too many.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { methods } from "../../../extension/src/protocol/generated";

type Example = { readonly method: string; readonly params: unknown; readonly result?: unknown };

const folder = new URL("../../protocol/golden/", import.meta.url);
const names = new Map<string, string>(Object.entries(methods).map(([name, { method }]) => [method, name]));
const examples = readdirSync(folder)
  .map((file) => ({ file, example: JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Example }))
  .filter(({ example }) => names.has(example.method));

const head = `import type { methods } from "../../../extension/src/protocol/generated";
type Params<M> = M extends { types?: { params: infer P } } ? P : never;
type Result<M> = M extends { types?: { result: infer R } } ? R : never;
`;

/** What the compiler says of TypeScript text that stands beside this file. */
function complaintsAbout(text: string): readonly string[] {
  const fileName = fileURLToPath(new URL("examples.ts", import.meta.url));
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const readFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === fileName ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : readFile(name, ...rest);
  const program = ts.createProgram([fileName], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

test("every message between client and daemon has an example", () => {
  const shown = new Set(examples.map(({ example }) => example.method));
  expect([...names.keys()].filter((method) => !shown.has(method))).toEqual([]);
});

test("every example has the generated type", () => {
  const lines = examples.flatMap(({ example: { method, params, result } }, index) => {
    const type = `typeof methods.${names.get(method) ?? ""}`;
    const checked = [`export const params${index}: Params<${type}> = ${JSON.stringify(params)};`];
    return result === undefined
      ? checked
      : [...checked, `export const result${index}: Result<${type}> = ${JSON.stringify(result)};`];
  });
  expect(complaintsAbout(head + lines.join("\n"))).toEqual([]);
}, 60_000);

test("an example that does not fit is found", () => {
  const wrong = 'export const params: Params<typeof methods.dataDelete> = {"key": 1, "more": 2};';
  expect(complaintsAbout(head + wrong)).not.toEqual([]);
}, 60_000);
