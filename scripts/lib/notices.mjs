// THIRD-PARTY-NOTICES.txt: who wrote what the VSIX carries beside our own code, and under which licence. Found, not
// listed by hand: the npm packages of which files are in the JavaScript bundle, the bundled Python libraries, and what
// those have vendored.

import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { metadataOf } from "./bundled.mjs";
import { UserError } from "./process.mjs";

const LICENCE_FILE = /^(licen[cs]es?|copying|notice|third[-_]?party[-_]?notices)([._-].*)?$/i;

/** The text of the notices; `npm` are the packages in the bundle, `libraries` is the folder of the Python libraries. */
export function thirdPartyNotices({ npm, libraries }) {
  const components = [...npm.map(npmPackage), ...pythonLibraries(libraries), ...vendoredParts(libraries)];
  const unlicensed = components.filter(({ texts }) => texts.length === 0).map(({ name }) => name);
  if (unlicensed.length > 0) throw new UserError(`No licence was found for: ${unlicensed.join(", ")}`);
  const contents = components.map(({ name, licence }) => `- ${name}${licence ? ` (${licence})` : ""}`);
  const sections = components.map(({ name, texts }) => [
    `${"=".repeat(80)}\n${name}\n${"=".repeat(80)}`,
    ...texts,
  ]);
  return [
    "WhiskerToolbox for VS Code includes the following software of others. Their licences follow.",
    contents.join("\n"),
    ...sections.flat(),
    "",
  ].join("\n\n");
}

function npmPackage({ name, version, licence, folder }) {
  return { name: `${name} ${version}`, licence, texts: licencesIn(folder) };
}

/** What pip has installed. */
function pythonLibraries(libraries) {
  const described = readdirSync(libraries).filter((name) => name.endsWith(".dist-info"));
  return described.sort().map((folder) => {
    const info = join(libraries, folder);
    const { name, version, licence } = metadataOf(info);
    const texts = [...licencesIn(info), ...licencesIn(join(info, "licenses"))];
    return { name: `${name} ${version}`, licence, texts };
  });
}

/** Software inside a library that has licences of its own, such as debugpy's pydevd and jedi's typeshed. */
function vendoredParts(libraries) {
  return readdirSync(libraries, { recursive: true })
    .filter(
      (path) =>
        LICENCE_FILE.test(basename(path)) &&
        !path.includes(".dist-info") &&
        /\.(txt|md|rst)$|\/[A-Z]+$/.test(path.replaceAll("\\", "/")),
    )
    .map((path) => path.replaceAll("\\", "/"))
    .sort()
    .map((path) => ({
      name: `included in ${dirname(path)}`,
      licence: undefined,
      texts: [readFileSync(join(libraries, path), "utf8").trim()],
    }));
}

function licencesIn(folder) {
  let names = [];
  try {
    names = readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // wheels made before 2024 have no folder of licences
  }
  return names
    .filter((entry) => entry.isFile() && LICENCE_FILE.test(entry.name))
    .map(({ name }) => name)
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8").trim());
}
