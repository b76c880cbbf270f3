// What can be said of environments and packages without VS Code.

import type { Environment, EnvironmentKind, Package } from "../../protocol/generated";

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

/** What stands behind an environment's name: its NumPy, and what is worth knowing. */
export function describeEnvironment({ numpy, note }: Environment): string {
  return [numpy === "" ? "" : `NumPy ${numpy}`, note].filter((part) => part !== "").join(" · ");
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
  return module === undefined ? undefined : (distributions[module] ?? module.replaceAll("_", "-"));
}

/** A row of the package list: its version, and the newer one if there is one. */
export function describePackage({ version }: Package, latest: string | undefined): string {
  return latest === undefined ? version : `${version} → ${latest}`;
}

/** What a person types for several packages: separated by blanks or commas, except within brackets. */
export function splitPackages(text: string): readonly string[] {
  return text
    .split(/[\s,]+(?![^[]*\])/)
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
