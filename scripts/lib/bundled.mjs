// What the VSIX brings along of others, checked against the locks: exactly that goes in, and the bill of materials says so.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { UserError } from "./process.mjs";

/** The packages of a Python lock: name, version, and the hashes of the files that may be installed. */
export function lockedPython(lock) {
  const lines = readFileSync(lock, "utf8")
    .replace(/\\\n\s*/g, "")
    .split("\n");
  return lines.flatMap((line) => {
    const found = /^([\w.-]+)==([\w.]+)/.exec(line);
    if (!found) return [];
    const hashes = [...line.matchAll(/--hash=sha256:([0-9a-f]{64})/g)].map(([, hash]) => hash);
    return [{ name: plainName(found[1]), version: found[2], hashes }];
  });
}

/** Fails unless a folder holds the locked packages, and no file that is not as one of them brought it. */
export function checkBundle(folder, lock) {
  const locked = lockedPython(lock).map(({ name, version }) => `${name} ${version}`);
  const infos = readdirSync(folder).filter((name) => name.endsWith(".dist-info"));
  const present = infos.map((info) => {
    const { name, version } = metadataOf(join(folder, info));
    return `${plainName(name)} ${version}`;
  });
  const differing = [
    ...present.filter((one) => !locked.includes(one)).map((one) => `${one} is not locked`),
    ...locked.filter((one) => !present.includes(one)).map((one) => `${one} is missing`),
  ];
  const recorded = new Map(infos.flatMap((info) => recordOf(join(folder, info))));
  for (const file of filesBelow(folder)) {
    const name = relative(folder, file).split(sep).join("/");
    if (/^\.made-from-|\.dist-info\/(RECORD|INSTALLER|REQUESTED)$/.test(name)) continue; // pip's own, and ours
    const digest = createHash("sha256").update(readFileSync(file)).digest("base64url");
    if (!recorded.has(name)) differing.push(`${name} belongs to no package`);
    else if (recorded.get(name) !== digest) differing.push(`${name} has been changed`);
  }
  if (differing.length > 0) {
    const some = differing.slice(0, 10).join("\n");
    throw new UserError(
      `${folder} is not what requirements/bundle.txt locks; delete it, and it is made again:\n${some}`,
    );
  }
}

/** Name, version and licence that an installed package states. */
export function metadataOf(info) {
  const header = readFileSync(join(info, "METADATA"), "utf8").split(/\r?\n\r?\n/)[0];
  const field = (name) => new RegExp(`^${name}: (.+)$`, "mi").exec(header)?.[1].trim();
  const classifier = /^Classifier: License :: (?:OSI Approved :: )?(.+)$/m.exec(header)?.[1].trim();
  return {
    name: field("Name"),
    version: field("Version"),
    licence: field("License-Expression") ?? classifier ?? field("License"),
  };
}

/** Pairs of file and hash; what lies outside site-packages in a wheel lies beside the packages in the bundle. */
function recordOf(info) {
  const lines = readFileSync(join(info, "RECORD"), "utf8").split(/\r?\n/).filter(Boolean);
  return lines.map((line) => {
    const [, quoted, plain, digest] = /^(?:"((?:[^"]|"")*)"|([^,]*)),(?:sha256=)?([^,]*),/.exec(line);
    return [(quoted?.replaceAll('""', '"') ?? plain).replace(/^(\.\.\/)+/, ""), digest];
  });
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** How packages are compared: `Typing_Extensions` and `typing-extensions` are the same. */
function plainName(name) {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

/** The npm packages whose code esbuild has put into the extension, as package-lock.json locks them. */
export function bundledNpm(root, metafile) {
  const inputs = Object.keys(JSON.parse(readFileSync(metafile, "utf8")).inputs);
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const places = new Set(
    inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  return [...places].sort().map((place) => {
    const installed = JSON.parse(readFileSync(join(root, place, "package.json"), "utf8"));
    const entry = lock[place.slice(place.indexOf("node_modules/"))];
    if (entry?.version !== installed.version)
      throw new UserError(`${place} is not the version that package-lock.json locks; run \`npm ci\`.`);
    return {
      name: installed.name,
      version: installed.version,
      licence: installed.license,
      integrity: entry.integrity,
      folder: join(root, place),
    };
  });
}
