// The VSIX: the built extension, our Python packages, and the pure-Python libraries they need, in one universal file.

import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { bundledNpm, checkBundle } from "./bundled.mjs";
import { BUNDLE, ROOT, VSIX } from "./paths.mjs";
import { runScript, runTool } from "./npm.mjs";
import { thirdPartyNotices } from "./notices.mjs";
import { run, UserError } from "./process.mjs";
import { billOfMaterials } from "./sbom.mjs";
import { digestOf, ensure } from "./steps.mjs";

const LOCK = join(ROOT, "requirements", "bundle.txt");
/** Which npm packages esbuild has put into the extension. */
const METAFILE = join(ROOT, "build", "extension.meta.json");
/** The bill of materials, in the VSIX and beside it. */
const SBOM = "sbom.cdx.json";
export const STAGE = join(ROOT, "build", "vsix");
/** The earliest time that a ZIP file can hold, in seconds. */
const EARLIEST = String(Date.UTC(1980, 0, 1) / 1000);
const COMPILED = /\.(so|pyd|dll|dylib|exe)$|\.so\./;

/** The languages whose code can be shown in colour, which IPython needs or a lab uses, and what their lexers import. */
const LEXERS = [
  ..."python shell special c_cpp c_like configs css data diff fortran go html javascript julia jvm markup matlab".split(
    " ",
  ),
  ..."perl r ruby rust sql lilypond lisp".split(" "),
  ..."css googlesql julia lilypond mql mysql postgres scheme scilab sql tsql"
    .split(" ")
    .map((name) => `_${name}_builtins`),
];

/**
 * What the libraries bring that nobody imports: programs, their own tests, plugins of test runners and of Sphinx; of
 * debugpy all but pydevd, and of that its compiled parts with their sources, which even its wheel for any platform has,
 * and what attaches to a process from outside (we debug from inside); Jedi's stubs for other packages, half of
 * everything, which it looks for one folder too high and never reads, and its stubs of old parts of Python and of every
 * encoding, in place of which it reads the source; widths of characters in single terminals, without
 * which wcwidth goes on; of pydevd what its makers generate it with, and its programs for Jython, coverage and App
 * Engine; of packaging, of which findpython compares versions, what reads metadata, lock files and licences; of pexpect,
 * by which IPython runs a shell's command, terminal emulation and ssh; of Pygments, which shows code in IPython, all
 * languages but some.
 */
const NEEDLESS = [
  /^(bin|share)$/,
  /(^|[\\/])(tests|__pycache__)$/,
  /^jedi[\\/]third_party[\\/](django-stubs|typeshed[\\/]stubs)$/,
  /^jedi[\\/]third_party[\\/]typeshed[\\/]stdlib[\\/](distutils|encodings|lib2to3)$/,
  /^IPython[\\/](sphinxext|testing[\\/]plugin)$/,
  /^prompt_toolkit[\\/]contrib$/,
  /^wcwidth[\\/]table_grapheme_overrides[\\/]_known_\w+\.py$/,
  /^debugpy[\\/](adapter|common|launcher|server)$/,
  /^debugpy[\\/]_vendored[\\/]pydevd[\\/](_pydev_runfiles|pydev_sitecustomize)$/,
  /^debugpy[\\/]_vendored[\\/]pydevd[\\/]pydevd_attach_to_process[\\/]((common|windows|linux_and_mac|winappdbg)$|.*\.py$)/,
  /^debugpy[\\/]_vendored[\\/]pydevd[\\/]_pydevd_bundle[\\/]_debug_adapter[\\/](debugProtocol|__main__)\w*\.(json|py)$/,
  /^debugpy[\\/]_vendored[\\/]pydevd[\\/]_pydev_bundle[\\/]_pydev_jy_imports_tipper\.py$/,
  /^debugpy[\\/]_vendored[\\/]pydevd[\\/](setup_pydevd_cython|pydev_(coverage|app_engine_debug_startup|run_in_console))\.py$/,
  /^packaging[\\/](licenses|(dependency_groups|direct_url|metadata|pylock)\.py)$/,
  /^pexpect[\\/](ANSI|FSM|fdpexpect|popen_spawn|pxssh|replwrap|screen|socket_pexpect)\.py$/,
  /^cattrs?[\\/]preconf$/,
  /^pygments[\\/]sphinxext\.py$/,
  new RegExp(`^pygments[\\\\/]lexers[\\\\/](?!(__init__|_mapping|${LEXERS.join("|")})\\.py$)`),
  /^debugpy[\\/].*\.(so|pyd|dll|dylib|exe|pdb|c|cpp|h|hpp|pyx|pxd|sh)$/,
];

/** Copied as they are; what else is in the VSIX is written when it is packed. */
const SHIPPED = [
  "dist",
  "daemon",
  "bundled",
  "media",
  "docs/walkthrough",
  "extension/schemas",
  "extension/templates",
  "package.nls.json",
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
];

export async function ensureVsix(python) {
  await ensureBundle(python);
  await buildExtension();
  const sources = [
    ...SHIPPED.filter((name) => name !== "bundled"), // known by what it was made from
    "package.json",
    "docs/images",
    "scripts/lib/vsix.mjs",
    "scripts/lib/notices.mjs",
    "scripts/lib/sbom.mjs",
    "package-lock.json",
  ];
  await ensure({
    title: "VSIX",
    folder: join(ROOT, "build"),
    part: "vsix",
    madeFrom: [digestOf(...present(sources)), digestOf(join(BUNDLE, ".made-from-all"))],
    make: packVsix,
  });
  return VSIX;
}

function buildExtension() {
  return runScript(join(ROOT, "esbuild.mjs"), ["--production"]);
}

/** bundled/libs: only wheels without compiled parts, whatever this machine would prefer. */
async function ensureBundle(python) {
  await ensure({
    title: "Python libraries of the VSIX",
    folder: BUNDLE,
    madeFrom: [digestOf(LOCK, join(ROOT, "scripts", "lib", "vsix.mjs"))],
    make: async () => {
      rmSync(BUNDLE, { recursive: true, force: true });
      const purePython = [
        "--platform",
        "any",
        "--implementation",
        "py",
        "--abi",
        "none",
        "--only-binary",
        ":all:",
      ];
      const quiet = ["--disable-pip-version-check", "--no-compile", "--no-deps", "--require-hashes"];
      await run(python, ["-m", "pip", "install", ...quiet, ...purePython, "--target", BUNDLE, "-r", LOCK]);
      for (const path of entriesBelow(BUNDLE)) {
        if (NEEDLESS.some((pattern) => pattern.test(relative(BUNDLE, path))))
          rmSync(path, { recursive: true, force: true });
      }
      const compiled = entriesBelow(BUNDLE).filter((path) => COMPILED.test(path));
      if (compiled.length > 0)
        throw new UserError(`These bundled libraries are not pure Python:\n${compiled.join("\n")}`);
    },
  });
}

/** Assembled in a folder of its own, so that nothing gets in by lying around. */
async function packVsix() {
  rmSync(STAGE, { recursive: true, force: true });
  mkdirSync(STAGE, { recursive: true });
  checkBundle(BUNDLE, LOCK);
  const left = /__pycache__|\.made-from|\.map$|\.dist-info[\\/](RECORD|INSTALLER|REQUESTED)$/; // pip's notes of a place
  const isSource = (path) => !left.test(path) && !isStray(path);
  for (const name of SHIPPED) {
    const from = join(ROOT, name);
    if (existsSync(from)) cpSync(from, join(STAGE, name), { recursive: true, filter: isSource });
  }
  const manifest = shippedManifest();
  copyPicturesOf(manifest);
  writeFileSync(join(STAGE, "package.json"), JSON.stringify(manifest, null, 2));
  const npm = bundledNpm(ROOT, METAFILE);
  writeFileSync(join(STAGE, "THIRD-PARTY-NOTICES.txt"), thirdPartyNotices({ npm, libraries: BUNDLE }));
  const bill = JSON.stringify(billOfMaterials({ manifest, bundle: BUNDLE, lock: LOCK, npm }), null, 2);
  for (const folder of [STAGE, dirname(VSIX)]) writeFileSync(join(folder, SBOM), `${bill}\n`);
  await zipStage(STAGE, VSIX);
  console.log(`  ${relative(ROOT, VSIX)}: ${(statSync(VSIX).size / 1e6).toFixed(1)} MB`);
}

/** Make a VSIX of a folder: of the same files the same bytes, whenever, where and by whom it is made. */
export async function zipStage(stage, vsix) {
  for (const path of entriesBelow(stage)) chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o644);
  // vsce would search the libraries for secrets, for minutes; they are locked public releases.
  const unsearched = ["--allow-package-all-secrets", "--allow-package-env-file"];
  await runTool("@vscode/vsce/vsce", ["package", "--no-dependencies", ...unsearched, "--out", vsix], {
    cwd: stage,
    env: { ...process.env, SOURCE_DATE_EPOCH: EARLIEST, TZ: "UTC" },
  });
}

/** What lies in our own folders and is not part of the product: notes, backups, what a tool has left. */
function isStray(path) {
  const [folder] = relative(ROOT, path).split(sep);
  const belongs = { daemon: /\.py$|[\\/]py\.typed$/, media: /\.(svg|png)$/, dist: /\.(js|css|html)$/ }[
    folder
  ];
  return belongs !== undefined && statSync(path).isFile() && !belongs.test(path);
}

/** The manifest without what concerns only this repository. */
function shippedManifest() {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  for (const key of ["private", "scripts", "devDependencies", "allowScripts"]) delete manifest[key];
  manifest.engines = { vscode: manifest.engines.vscode };
  // The repository's address stands in one place; the rest follows from it.
  const { url } = manifest.repository;
  return { ...manifest, homepage: `${url}#readme`, bugs: { url: `${url}/issues` } };
}

/** The walkthrough shows pictures from the package; README's come from the repository, as vsce writes its links. */
function copyPicturesOf({ contributes }) {
  const shown = contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.image));
  for (const picture of shown.filter((path) => path !== undefined)) {
    mkdirSync(dirname(join(STAGE, picture)), { recursive: true });
    cpSync(join(ROOT, picture), join(STAGE, picture));
  }
}

function present(names) {
  return names.map((name) => join(ROOT, name)).filter((path) => existsSync(path));
}

function entriesBelow(folder) {
  return readdirSync(folder, { recursive: true }).map((name) => join(folder, name));
}
