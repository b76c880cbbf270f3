import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute } from "./harness/commandLine";
import { places } from "./harness/places";

let files: readonly string[];
let unpacked: string;

beforeAll(async () => {
  unpacked = await mkdtemp(join(tmpdir(), "whiskertoolbox-package-"));
  await execute(places().projectPython, ["-m", "zipfile", "-e", places().vsix, unpacked], {});
  const list = await execute(
    places().projectPython,
    ["-c", "import sys, zipfile; print(*zipfile.ZipFile(sys.argv[1]).namelist(), sep='\\n')", places().vsix],
    {},
  );
  files = list.split("\n").map((line) => line.trim().replace(/^extension\//, ""));
});

afterAll(() => rm(unpacked, { recursive: true, force: true }));

test("the package has the extension, our Python packages and their libraries, and nothing else", () => {
  const expected = [
    /^$/,
    /^\[Content_Types\]\.xml$/,
    /^extension\.vsixmanifest$/,
    /^package\.json$/,
    /^(readme\.md|changelog\.md|LICENSE\.txt)$/i,
    /^dist\/extension\.js$/,
    /^media\/[\w-]+\.(svg|png)$/,
    /^docs\/images\/[\w-]+\.png$/, // what the README shows
    /^daemon\/whiskertoolbox_(python|protocol|daemon|interpreter)\/([\w/]+\.py|py\.typed)$/,
    /^bundled\/libs\//,
  ];
  expect(files.filter((file) => !expected.some((pattern) => pattern.test(file)))).toEqual([]);
});

test("the bundled libraries are pure Python, without their tests and caches", () => {
  const unwanted = /\.(so|pyd|dll|dylib|exe|pyc)$|\/(tests|__pycache__)\/|^bundled\/libs\/bin\//;
  expect(files.filter((file) => unwanted.test(file))).toEqual([]);
});

test("each bundled library keeps its licence", () => {
  const libraries = new Set(
    files.map((file) => /^bundled\/libs\/([^/]+\.dist-info)\//.exec(file)?.[1] ?? ""),
  );
  libraries.delete("");
  const withLicence = (library: string): boolean =>
    files.some((file) => file.includes(`/${library}/`) && /licen[cs]e|copying/i.test(file));
  expect([...libraries].filter((library) => !withLicence(library))).toEqual([]);
});

test("what the interpreter and the daemon bring along can be imported without any other package", async () => {
  const names = ["IPython", "jedi", "debugpy", "pygls.lsp.server", "findpython"];
  const program = names.map((name) => `import ${name}`).join("\n");
  const env = { PYTHONPATH: join(unpacked, "extension", "bundled", "libs"), PYTHONDONTWRITEBYTECODE: "1" };
  await execute(places().barePython, ["-W", "error::ImportWarning", "-c", program], env);
});
