// What can be said of environments and packages without VS Code.

import type { ConfigRequirements, Environment, EnvironmentKind, Package } from "../../protocol/generated";

/** How the list names each kind; in the daemon's order. */
const kindNames: Readonly<Record<EnvironmentKind, string>> = {
  workspace: "In this workspace",
  virtual: "Virtual environments",
  conda: "conda",
  poetry: "Poetry",
  hatch: "Hatch",
  pyenv: "pyenv",
  uv: "uv",
  system: "System",
};

/** How the view names the kind of the one in use. */
const kindsInUse: Readonly<Record<EnvironmentKind, string>> = {
  workspace: "in this workspace",
  virtual: "virtual environment",
  conda: "conda environment",
  poetry: "Poetry environment",
  hatch: "Hatch environment",
  pyenv: "pyenv",
  uv: "uv",
  system: "of the system",
};

/** What stands behind the Python in use: its name and kind, as far as they are known. */
export function describeInUse(name: string, kind: EnvironmentKind | undefined): string {
  return [name, kind === undefined ? "" : kindsInUse[kind]].filter((part) => part !== "").join(" · ");
}

export type EnvironmentGroup = { readonly title: string; readonly environments: readonly Environment[] };

/** Environments by kind, the one in use in a group of its own before all others. */
export function groupEnvironments(
  environments: readonly Environment[],
  current: string | undefined,
): readonly EnvironmentGroup[] {
  const inUse = environments.filter(({ path }) => path === current);
  const others = environments.filter(({ path }) => path !== current);
  const kinds = [...new Set(others.map(({ kind }) => kind))];
  return [
    { title: "In use", environments: inUse },
    ...kinds.map((kind) => ({
      title: kindNames[kind],
      environments: others.filter((environment) => environment.kind === kind),
    })),
  ].filter((group) => group.environments.length > 0);
}

/** What stands behind an environment's name, where it is read first: what is wrong with it, else its NumPy and a note. */
export function describeEnvironment({ numpy, note, state, problem }: Environment): string {
  const asked = state === "found" ? "not asked yet" : "";
  const parts = problem === "" ? [numpy === "" ? "" : `NumPy ${numpy}`, note, asked] : [problem];
  return parts.filter((part) => part !== "").join(" · ");
}

/** Installations of Python are their tools' to delete, and the environment in use is in use. */
export function isDeletable({ path, kind }: Environment, current: string | undefined): boolean {
  return path !== current && kind !== "system" && kind !== "uv";
}

/** Distributions that are called otherwise than the module that they bring. */
const distributions: Readonly<Record<string, string>> = {
  attr: "attrs",
  bs4: "beautifulsoup4",
  cv2: "opencv-python",
  dateutil: "python-dateutil",
  fitz: "pymupdf",
  git: "gitpython",
  igraph: "python-igraph",
  mpl_toolkits: "matplotlib",
  OpenSSL: "pyopenssl",
  PIL: "pillow",
  pkg_resources: "setuptools",
  pylab: "matplotlib",
  serial: "pyserial",
  sklearn: "scikit-learn",
  skimage: "scikit-image",
  skvideo: "scikit-video",
  tables: "tables",
  usb: "pyusb",
  wx: "wxpython",
  yaml: "pyyaml",
  zmq: "pyzmq",
};

/** The distribution to install for a module that was not found; undefined when there is none to name. */
export function distributionOf(errorName: string, message: string): string | undefined {
  if (errorName !== "ModuleNotFoundError") {
    return undefined;
  }
  const module = /^No module named '([A-Za-z_][A-Za-z0-9_]*)(?:\.[A-Za-z0-9_.]*)?'/.exec(message)?.[1];
  return module === undefined ? undefined : distributionWith(module);
}

/** The distribution that brings a module. */
export function distributionWith(module: string): string {
  return distributions[module] ?? module.replaceAll("_", "-");
}

export type RequirementsQuestion = {
  readonly question: string;
  readonly detail: string;
  /** The button that does what the config asks for; undefined when that cannot be done. */
  readonly action: string | undefined;
};

/** What to ask before a config is loaded; undefined when it asks for nothing that is not so already. */
export function requirementsQuestion(
  config: string,
  { environment, problem, missing, modulesAreNeeded, paths }: ConfigRequirements,
  lost: string | undefined,
): RequirementsQuestion | undefined {
  const modules = modulesAreNeeded ? missing : [];
  const details = [
    environment === ""
      ? ""
      : `It asks for the environment of ${environment}. ${lost === undefined ? "" : `${lost} will be lost. `}All data of the session is kept.`,
    problem === "" ? "" : `It asks for an environment that cannot be used. ${problem}`,
    modules.length === 0
      ? ""
      : `Modules that ${environment === "" ? "are" : "are then"} missing: ${modules.join(", ")}.`,
    paths.length === 0 ? "" : `Folders to import modules from before all others: ${paths.join(", ")}.`,
  ].filter((line) => line !== "");
  const actions = [
    environment === "" ? "" : "Change Environment",
    modules.length === 0 ? "" : "Install",
    paths.length === 0 ? "" : "Add Folders",
  ].filter((action) => action !== "");
  return details.length === 0
    ? undefined
    : {
        question: `Change Python as ${config} asks?`,
        detail: details.join("\n\n"),
        action: actions.length === 0 ? undefined : actions.join(" and "),
      };
}

/** Python that puts folders in front of those that modules are imported from. */
export function pathStatement(paths: readonly string[]): string {
  return `import sys; sys.path[:0] = [${paths.map((path) => JSON.stringify(path)).join(", ")}]`;
}

/** How to mend the NumPy of an environment: a broken one comes again in its version, as others may need it. */
export function mendingOfNumpy({
  numpy,
  state,
}: Pick<Environment, "numpy" | "state">): readonly [
  wanted: string,
  action: "install" | "upgrade" | "reinstall",
] {
  if (numpy === "" || numpy === "unknown") {
    return ["numpy", "install"];
  }
  return state === "needsNumpy" ? ["numpy", "upgrade"] : [`numpy==${numpy}`, "reinstall"];
}

/** A row of the package list: its version, and the newer one if there is one. */
export function describePackage({ version }: Package, latest: string | undefined): string {
  return latest === undefined ? version : `${version} → ${latest}`;
}

/** The packages whose names contain a text, whichever way its letters and separators are written. */
export function packagesWith(text: string, packages: readonly Package[]): readonly Package[] {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, "-");
  return packages.filter(({ name }) => plain(name).includes(plain(text)));
}

/** What a person types for several packages: separated by blanks or commas, except within brackets. */
export function splitPackages(text: string): readonly string[] {
  return text
    .split(/[\s,]+(?![^[]*\])/)
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
