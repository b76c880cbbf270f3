// What a release consists of, what is wrong with it, and how it is published. Changes nothing itself.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./process.mjs";

/** Versions as the files themselves say: the manifest of the VSIX, the metadata of wheel and sdist. */
const READ_VERSIONS = `
import json, re, sys, tarfile, zipfile
vsix, wheel, sdist = sys.argv[1:]
with zipfile.ZipFile(vsix) as archive:
    found = {"vsix": json.loads(archive.read("extension/package.json"))["version"]}
with zipfile.ZipFile(wheel) as archive:
    (name,) = [name for name in archive.namelist() if re.fullmatch(r"[^/]+\\.dist-info/METADATA", name)]
    metadata = {"wheel": archive.read(name)}
with tarfile.open(sdist) as archive:
    (name,) = [name for name in archive.getnames() if re.fullmatch(r"[^/]+/PKG-INFO", name)]
    metadata["sdist"] = archive.extractfile(name).read()
for kind, text in metadata.items():
    found[kind] = re.search(r"^Version: (.+?)\\r?$", text.decode(), re.M).group(1)
print(json.dumps(found))
`;

/** What this checkout says that it is. */
export function describeCheckout(root) {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return {
    version: manifest.version,
    pyproject: /^version = "(.+)"$/m.exec(readFileSync(join(root, "pyproject.toml"), "utf8"))?.[1],
    changelog: readFileSync(join(root, "CHANGELOG.md"), "utf8"),
    fragments: readdirSync(join(root, "changelog.d")).filter((name) => name !== "README.md"),
  };
}

export async function describeArtifacts(python, { vsix, wheel, sdist }) {
  return JSON.parse(await run(python, ["-I", "-c", READ_VERSIONS, vsix, wheel, sdist]));
}

/** Everything that speaks against publishing, in words; empty when nothing does. */
export function problemsOf({ version, pyproject, changelog, fragments, artifacts, tag }) {
  const problems = [];
  if (tag !== undefined && tag !== `v${version}`)
    problems.push(`the tag is ${tag}, package.json says ${version}`);
  if (pyproject !== version) problems.push(`pyproject.toml says ${pyproject}, package.json ${version}`);
  for (const [kind, built] of Object.entries(artifacts)) {
    if (built !== version) problems.push(`the ${kind} is of version ${built}, package.json says ${version}`);
  }
  if (!changelog.split("\n").some((line) => line.startsWith(`## ${version} `) || line === `## ${version}`)) {
    problems.push(`CHANGELOG.md has no section for ${version}`);
  }
  if (fragments.length > 0) {
    const collect = `towncrier build --version ${version}`;
    problems.push(
      `${fragments.length} changes are still in changelog.d/, ${fragments[0]} for one (${collect})`,
    );
  }
  return problems;
}

/** The commands that publish, in order. What is there already is passed over, so that all can be run again. */
export function publications({ python, vsix, wheel, sdist }) {
  return [
    {
      to: "the Marketplace",
      secret: "VSCE_PAT",
      program: "npx",
      args: ["vsce", "publish", "--skip-duplicate", "--packagePath", vsix],
    },
    {
      to: "Open VSX",
      secret: "OVSX_PAT",
      program: "npx",
      args: ["--yes", "ovsx@1.4.0", "publish", "--skip-duplicate", vsix],
    },
    {
      to: "PyPI",
      secret: "TWINE_PASSWORD",
      program: python,
      args: ["-m", "twine", "upload", "--non-interactive", "--skip-existing", wheel, sdist],
    },
  ];
}

/** The secrets that are not there: without all of them nothing is published, rather than a part. */
export function missingSecrets(commands, env) {
  return commands.map(({ secret }) => secret).filter((name) => (env[name] ?? "") === "");
}
