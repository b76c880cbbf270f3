import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "./harness/commandLine";
import { places, root } from "./harness/places";

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
    /^package(\.nls)?\.json$/,
    /^docs\/walkthrough\/[\w-]+\.md$/,
    /^THIRD-PARTY-NOTICES\.txt$/,
    /^sbom\.cdx\.json$/,
    /^(readme\.md|changelog\.md|LICENSE\.txt)$/i,
    /^dist\/(extension|languageClient|(viewer|table|plots|pipeline)\/main)\.js$/,
    /^dist\/(viewer|table|plots|pipeline)\/style\.css$/,
    /^extension\/templates\/\w+\.py$/,
    /^media\/[\w-]+\.(svg|png)$/,
    /^extension\/schemas\/[\w.-]+\.json$/,
    /^docs\/images\/[\w-]+\.png$/, // what the README shows
    /^daemon\/whiskertoolbox_(python|protocol|daemon|interpreter)\/([\w/]+\.py|py\.typed)$/,
    /^bundled\/libs\//,
  ];
  expect(files.filter((file) => !expected.some((pattern) => pattern.test(file)))).toEqual([]);
});

test("the package brings these libraries and no others", () => {
  const libraries = files.flatMap((file) => /^bundled\/libs\/(\w+)[./]/.exec(file)?.[1] ?? []);
  expect([...new Set(libraries)].sort()).toEqual(
    "IPython asttokens attr attrs bytecode cattr cattrs colorama debugpy decorator exceptiongroup executing findpython jedi lsprotocol matplotlib_inline packaging parso pexpect platformdirs prompt_toolkit ptyprocess pure_eval pygls pygments stack_data traitlets typing_extensions wcwidth".split(
      " ",
    ),
  );
});

test("the bundled libraries are pure Python, without their tests and caches", () => {
  const unwanted = /\.(so|pyd|dll|dylib|exe|pyc)$|\/(tests|__pycache__)\/|^bundled\/libs\/(bin|share)\//;
  expect(files.filter((file) => unwanted.test(file))).toEqual([]);
});

test("of Pygments' languages there are those that IPython needs and labs use", () => {
  const lexers = files.filter((file) => /^bundled\/libs\/pygments\/lexers\/[a-z]\w*\.py$/.test(file));
  expect(lexers.map((file) => basename(file, ".py")).sort()).toEqual(
    "c_cpp c_like configs css data diff fortran go html javascript julia jvm lilypond lisp markup matlab perl python r ruby rust shell special sql".split(
      " ",
    ),
  );
});

test("the package is small: what the libraries bring that nobody imports is not in it", () => {
  const unwanted =
    /\/(django-stubs|typeshed\/stubs|winappdbg|sphinxext|preconf)\/|debugpy\/(adapter|launcher|server)\/|\/debugProtocol|packaging\/licenses|\/pxssh|\/RECORD$/;
  expect(files.filter((file) => unwanted.test(file))).toEqual([]);
  expect(statSync(places().vsix).size).toBeLessThanOrEqual(6_000_000);
});

test("what VS Code loads when it starts is our code, without the client library", () => {
  const loaded = readFileSync(join(unpacked, "extension", "dist", "extension.js"), "utf8");
  expect(loaded).not.toContain("Content-Length"); // the library's, of each message
  expect(readFileSync(join(unpacked, "extension", "dist", "languageClient.js"), "utf8")).toContain(
    "Content-Length",
  );
  expect(loaded.length).toBeLessThanOrEqual(250_000);
});

const librariesIn = (names: readonly string[]): ReadonlySet<string> =>
  new Set(
    names
      .map((file) => /^bundled\/libs\/([^/]+\.dist-info)\//.exec(file)?.[1])
      .filter((name) => name !== undefined),
  );

test("each bundled library keeps its licence", () => {
  const libraries = librariesIn(files);
  const withLicence = (library: string): boolean =>
    files.some((file) => file.includes(`/${library}/`) && /licen[cs]e|copying/i.test(file));
  expect([...libraries].filter((library) => !withLicence(library))).toEqual([]);
});

test("what the interpreter and the daemon bring along can be imported without any other package", async () => {
  const names = ["IPython", "IPython.lib.lexers", "jedi", "debugpy", "pygls.lsp.server", "findpython"];
  const program = names.map((name) => `import ${name}`).join("\n");
  const env = { PYTHONPATH: join(unpacked, "extension", "bundled", "libs"), PYTHONDONTWRITEBYTECODE: "1" };
  await execute(places().barePython, ["-W", "error::ImportWarning", "-c", program], env);
});

describe("the notices of third parties", () => {
  const read = (name: string): string => readFileSync(join(unpacked, "extension", name), "utf8");
  const notices = (): string => read("THIRD-PARTY-NOTICES.txt");
  const isLicence = (name: string): boolean => /^(licen[cs]e|copying|notice|thirdpartynotices)/i.test(name);

  test("have each npm package that is in the bundle, with its licence", async () => {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: ["extension/src/extension.ts"],
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      external: ["vscode"],
      mainFields: ["module", "main"],
    });
    const folders = new Set(
      Object.keys(metafile.inputs).map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? ""),
    );
    folders.delete("");
    expect(folders.size).toBeGreaterThan(0);
    for (const folder of folders) {
      const path = join(root, folder);
      const { name, version } = JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as Named;
      expect(notices()).toContain(`\n${name} ${version}\n`);
      const texts = readdirSync(path).filter(isLicence);
      expect(texts, folder).not.toEqual([]);
      for (const text of texts) {
        expect(notices(), `${folder}/${text}`).toContain(readFileSync(join(path, text), "utf8").trim());
      }
    }
  });

  test("have each bundled Python library, with its licence", () => {
    const libraries = librariesIn(files);
    expect(libraries.size).toBeGreaterThan(0);
    for (const library of libraries) {
      const metadata = read(`bundled/libs/${library}/METADATA`);
      const [, name = ""] = /^Name: (\S+)/m.exec(metadata) ?? [];
      const [, version = ""] = /^Version: (\S+)/m.exec(metadata) ?? [];
      expect(notices()).toContain(`\n${name} ${version}\n`);
      const texts = files.filter((file) => file.includes(`/${library}/`) && isLicence(basename(file)));
      for (const text of texts) {
        expect(notices(), text).toContain(read(text).trim());
      }
    }
  });

  test("have what the libraries have vendored: pydevd of debugpy, the type stubs of jedi", () => {
    expect(files.some((file) => file.startsWith("bundled/libs/debugpy/_vendored/pydevd/"))).toBe(true);
    expect(notices()).toMatch(/PyDev\.Debugger[^]*Eclipse Public License, Version 1\.0/);
    const vendored = files.filter(
      (file) =>
        /^bundled\/libs\/(?![^/]+\.dist-info)/.test(file) &&
        /^(licen[cs]e|copying|thirdpartynotices)(\.txt|\.md|\.rst)?$/i.test(basename(file)),
    );
    expect(vendored).not.toEqual([]);
    for (const text of vendored) {
      expect(notices(), text).toContain(read(text).trim());
    }
  });
});

type Named = { readonly name: string; readonly version: string };

test("the package says where it comes from, and shows its pictures", () => {
  const manifest = JSON.parse(readFileSync(join(unpacked, "extension", "package.json"), "utf8")) as {
    readonly repository: { readonly url: string };
    readonly bugs: { readonly url: string };
  };
  expect(manifest.bugs.url).toBe(`${manifest.repository.url}/issues`);
  const readme = readFileSync(
    join(unpacked, "extension", files.find((file) => /^readme\.md$/i.test(file)) ?? ""),
    "utf8",
  );
  const pictures = [...readme.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, target = ""]) => target);
  expect(pictures).not.toEqual([]);
  // The extension's page has no folder to look into: pictures and links are addresses of the repository.
  const raw = `${manifest.repository.url}/raw/HEAD/`;
  const isShown = (target: string): boolean =>
    target.startsWith(raw) && existsSync(join(root, target.slice(raw.length)));
  expect(pictures.filter((target) => !isShown(target))).toEqual([]);
  expect(readme).not.toMatch(/\]\((?!https:|#)/);
});
