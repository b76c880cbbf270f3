// The bill of materials of the VSIX, as CycloneDX 1.6: what it brings along of others, from the locks that it was made by.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { readdirSync } from "node:fs";
import { lockedPython, metadataOf } from "./bundled.mjs";

/** The document, the same for the same contents: it holds no time and no random number. */
export function billOfMaterials({ manifest, bundle, lock, npm }) {
  const components = [...pythonComponents(bundle, lock), ...npm.map(npmComponent)];
  const self = `pkg:generic/${manifest.name}@${manifest.version}`;
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([self, components]))}`,
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": self,
        name: manifest.name,
        version: manifest.version,
        licenses: licensesOf(manifest.license),
      },
    },
    components,
    dependencies: [{ ref: self, dependsOn: components.map((component) => component["bom-ref"]) }],
  };
}

function pythonComponents(bundle, lock) {
  const licences = new Map(
    readdirSync(bundle)
      .filter((name) => name.endsWith(".dist-info"))
      .map((name) => metadataOf(join(bundle, name)))
      .map(({ name, licence }) => [name.toLowerCase().replace(/[-_.]+/g, "-"), licence]),
  );
  return lockedPython(lock).map(({ name, version, hashes }) => ({
    ...component(`pkg:pypi/${name}@${version}`, name, version, licences.get(name)),
    // Of its files on the index; one of them, the wheel for any platform, was unpacked into the VSIX.
    properties: hashes.map((hash) => ({ name: "whiskertoolbox:locked-sha256", value: hash })),
  }));
}

function npmComponent({ name, version, licence, integrity }) {
  const [algorithm, digest] = integrity.split("-", 2);
  return {
    ...component(`pkg:npm/${name.replace("@", "%40")}@${version}`, name, version, licence),
    hashes: [
      { alg: algorithm.replace("sha", "SHA-"), content: Buffer.from(digest, "base64").toString("hex") },
    ],
  };
}

function component(purl, name, version, licence) {
  return { type: "library", "bom-ref": purl, name, version, purl, licenses: licensesOf(licence) };
}

/** An SPDX expression if it looks like one, else a name. */
function licensesOf(licence) {
  if (licence === undefined) return [];
  const isExpression = /^[\w.+-]+( (AND|OR|WITH) [\w.+-]+)*$/.test(licence);
  return isExpression ? [{ expression: licence }] : [{ license: { name: licence } }];
}

function uuidOf(text) {
  const digest = createHash("sha256").update(text).digest("hex");
  const variant = "89ab"[Number.parseInt(digest[16], 16) % 4];
  const parts = [digest.slice(0, 8), digest.slice(8, 12), `5${digest.slice(13, 16)}`];
  return [...parts, `${variant}${digest.slice(17, 20)}`, digest.slice(20, 32)].join("-");
}
