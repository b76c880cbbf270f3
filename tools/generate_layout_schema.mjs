// Writes the JSON schema of lane layouts, by which VS Code completes and checks them, from the types in
// extension/viewer/layout.ts and what its parser makes of what is left out.
//
// node tools/generate_layout_schema.mjs            write the schema
// node tools/generate_layout_schema.mjs --check    change nothing; exit code 1 when it is out of date

import { readFileSync, writeFileSync } from "node:fs";
import ts from "typescript";

const SOURCE = new URL("../extension/viewer/layout.ts", import.meta.url);
const SCHEMA = new URL("../extension/schemas/layout.schema.json", import.meta.url);
const PLAIN = new Map([
  [ts.SyntaxKind.StringKeyword, "string"],
  [ts.SyntaxKind.NumberKeyword, "number"],
  [ts.SyntaxKind.BooleanKeyword, "boolean"],
]);

const text = readFileSync(SOURCE, "utf8");
const file = ts.createSourceFile("layout.ts", text, ts.ScriptTarget.Latest, true);
const types = new Map(file.statements.filter(ts.isTypeAliasDeclaration).map((one) => [one.name.text, one]));
const { parseLayout } = await import(
  `data:text/javascript,${encodeURIComponent(
    ts.transpileModule(text, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    }).outputText,
  )}`
);

/** What the parser takes for all that is left out, by the type that has it. */
const asParsed = parseLayout(
  JSON.stringify({
    version: 1,
    lanes: [{ series: [{}] }],
    pictures: [{ overlays: [{}] }],
    bookmarks: [{}],
    periEvent: {},
  }),
);
const DEFAULTS = {
  ColorMap: {},
  TrialSort: {},
  Layout: {},
  Lane: asParsed.lanes[0],
  Series: asParsed.lanes[0].series[0],
  PicturePanel: asParsed.pictures[0],
  Overlay: asParsed.pictures[0].overlays[0],
  PeriEvent: asParsed.periEvent,
  Bookmark: asParsed.bookmarks[0],
};

/** What is read of layouts of upstream's data viewer, beside the fields of a series. */
const upstream = {
  required: ["lanes"],
  properties: {
    lanes: {
      type: "array",
      items: {
        type: "object",
        properties: {
          lane_id: { type: "string" },
          display_label: { type: "string" },
          lane_order: { type: "number", description: "Lanes are sorted by it." },
          lane_weight: { type: "number", description: "How high it is beside the others." },
          series: { type: "array", items: { type: "object" } },
        },
      },
    },
    event_associations: {
      type: "array",
      items: {
        type: "object",
        properties: {
          event_key: { type: "string" },
          target_lane_id: { type: "string", description: "The lane that shows these events." },
        },
      },
    },
  },
};

const ofUpstream = {
  properties: { lanes: { type: "array", contains: { type: "object", required: ["lane_id"] } } },
  required: ["lanes"],
};

function schemaOf(node, defaults = {}) {
  if (ts.isTypeLiteralNode(node)) {
    const members = node.members.map((member) => [
      member.name.text,
      withText(schemaOf(member.type), member, defaults[member.name.text]),
    ]);
    return { type: "object", additionalProperties: false, properties: Object.fromEntries(members) };
  }
  if (ts.isTypeOperatorNode(node)) {
    return schemaOf(node.type); // readonly
  }
  if (ts.isArrayTypeNode(node)) {
    return { type: "array", items: schemaOf(node.elementType) };
  }
  if (ts.isTupleTypeNode(node)) {
    const count = node.elements.length;
    return {
      type: "array",
      items: node.elements.map((one) => schemaOf(one)),
      minItems: count,
      maxItems: count,
    };
  }
  if (ts.isUnionTypeNode(node)) {
    return { anyOf: node.types.map((one) => schemaOf(one)) };
  }
  if (ts.isLiteralTypeNode(node)) {
    return node.literal.kind === ts.SyntaxKind.NullKeyword
      ? { type: "null" }
      : { const: JSON.parse(node.literal.getText()) };
  }
  if (ts.isTypeReferenceNode(node)) {
    return { $ref: `#/definitions/${node.typeName.getText()}` };
  }
  const type = PLAIN.get(node.kind);
  if (type === undefined) {
    throw new Error(`No schema for the type ${node.getText()}`);
  }
  return { type };
}

function withText(schema, member, value) {
  const description = (member.jsDoc ?? []).map((one) => one.comment).join(" ");
  const told = { ...(description && { description }), ...(isPlain(value) && { default: value }) };
  const isReference = "$ref" in schema && Object.keys(told).length > 0; // what stands beside a $ref is ignored
  return isReference ? { allOf: [schema], ...told } : { ...schema, ...told };
}

function isPlain(value) {
  return value !== undefined && (value === null || typeof value !== "object");
}

const definitions = Object.fromEntries(
  [...types].map(([name, alias]) => {
    if (!(name in DEFAULTS)) {
      throw new Error(`${name}: say what is taken for what is left out of it`);
    }
    return [name, schemaOf(alias.type, DEFAULTS[name])];
  }),
);
definitions.Layout.required = ["version", "lanes"];
definitions.Layout.properties.$schema = { type: "string" };

const schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "WhiskerToolbox layout of the viewer",
  type: "object",
  definitions,
  if: ofUpstream,
  then: upstream,
  else: { $ref: "#/definitions/Layout" },
};

const written = `${JSON.stringify(schema, undefined, 2)}\n`;
if (process.argv.includes("--check")) {
  if (readFileSync(SCHEMA, "utf8") !== written) {
    console.error(
      "extension/schemas/layout.schema.json is out of date: run `node tools/generate_layout_schema.mjs`, commit the result.",
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(SCHEMA, written);
}
