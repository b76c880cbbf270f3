// What goes into the VSIX is what is locked: a small bundle, as pip makes one, and what may be wrong with it.

import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkBundle, lockedPython } from "../../scripts/lib/bundled.mjs";
import { billOfMaterials } from "../../scripts/lib/sbom.mjs";

const HASH = "ab".repeat(32);
let folder;
let bundle;
let lock;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bundle-"));
  bundle = join(folder, "libs");
  lock = join(folder, "bundle.txt");
  writeFileSync(lock, `# made\nNice_Lib==1.2 \\\n    --hash=sha256:${HASH}\n`);
  install("nice_lib", "1.2", { "nice_lib/__init__.py": "x = 1\n", "share/man/nice.1": "help" });
});

afterEach(() => rmSync(folder, { recursive: true }));

function install(name, version, files) {
  const info = `${name}-${version}.dist-info`;
  const all = {
    ...files,
    [`${info}/METADATA`]: `Name: ${name}\nVersion: ${version}\nLicense-Expression: MIT\n\nText`,
  };
  const record = Object.entries(all).map(([path, content]) => {
    write(path, content);
    const digest = createHash("sha256").update(content).digest("base64url");
    return `${path.startsWith("share/") ? `../../${path}` : path},sha256=${digest},${content.length}`;
  });
  write(`${info}/RECORD`, [...record, `${info}/RECORD,,`].join("\n"));
}

function write(path, content) {
  mkdirSync(dirname(join(bundle, path)), { recursive: true });
  writeFileSync(join(bundle, path), content);
}

test("a bundle that holds what is locked is packed", () => {
  expect(() => checkBundle(bundle, lock)).not.toThrow();
});

test("a package of another version is not packed", () => {
  writeFileSync(lock, `nice-lib==1.3 --hash=sha256:${HASH}\n`);
  expect(() => checkBundle(bundle, lock)).toThrow("nice-lib 1.2 is not locked\nnice-lib 1.3 is missing");
});

test("a package that is not locked is not packed", () => {
  install("other", "2", {});
  expect(() => checkBundle(bundle, lock)).toThrow("other 2 is not locked");
});

test("a file that has been changed is not packed", () => {
  appendFileSync(join(bundle, "nice_lib/__init__.py"), "y = 2\n");
  expect(() => checkBundle(bundle, lock)).toThrow("nice_lib/__init__.py has been changed");
});

test("a file that lies in the bundle by chance is not packed", () => {
  write("sitecustomize.py", "");
  expect(() => checkBundle(bundle, lock)).toThrow("sitecustomize.py belongs to no package");
});

test("a lock's hashes are read over its broken lines", () => {
  expect(lockedPython(lock)).toEqual([{ name: "nice-lib", version: "1.2", hashes: [HASH] }]);
});

test("the bill of materials names every package with version, licence and hash, and is the same each time", () => {
  const manifest = { name: "us", version: "1.0", license: "MIT" };
  const npm = [{ name: "@a/b", version: "3.0", licence: "ISC", integrity: "sha512-q83v" }];
  const bill = billOfMaterials({ manifest, bundle, lock, npm });
  expect(bill.components).toMatchObject([
    { purl: "pkg:pypi/nice-lib@1.2", licenses: [{ expression: "MIT" }], properties: [{ value: HASH }] },
    {
      purl: "pkg:npm/%40a/b@3.0",
      licenses: [{ expression: "ISC" }],
      hashes: [{ alg: "SHA-512", content: "abcdef" }],
    },
  ]);
  expect(billOfMaterials({ manifest, bundle, lock, npm })).toEqual(bill);
});
