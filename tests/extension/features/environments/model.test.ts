import { expect, test } from "vitest";
import {
  describeEnvironment,
  describePackage,
  distributionOf,
  groupEnvironments,
  isDeletable,
  mendingOfNumpy,
  packagesWith,
  pathStatement,
  requirementsQuestion,
  splitPackages,
} from "../../../../extension/src/features/environments/model";
import type { ConfigRequirements, Environment, Package } from "../../../../extension/src/protocol/generated";

function environment(path: string, more: Partial<Environment> = {}): Environment {
  return {
    path,
    version: "3.12.1",
    name: path,
    kind: "virtual",
    numpy: "2.4.6",
    problem: "",
    note: "",
    state: "usable",
    ...more,
  };
}

test("the environment in use comes first, the others by kind", () => {
  const found = [
    environment("/a", { kind: "workspace" }),
    environment("/b", { kind: "conda" }),
    environment("/c", { kind: "conda" }),
  ];
  const groups = groupEnvironments(found, "/c").map(({ title, environments }) => [
    title,
    environments.map(({ path }) => path),
  ]);
  expect(groups).toEqual([
    ["In use", ["/c"]],
    ["In this workspace", ["/a"]],
    ["conda", ["/b"]],
  ]);
});

test("an environment is described by its NumPy and what is worth knowing, a bad one by what is wrong", () => {
  const problem = "NumPy 1.22.4 is too old: 1.23 or newer is needed.";
  expect(describeEnvironment(environment("/a", { numpy: "1.22.4", problem, state: "needsNumpy" }))).toBe(
    problem,
  );
  expect(describeEnvironment(environment("/a"))).toBe("NumPy 2.4.6");
  expect(describeEnvironment(environment("/a", { numpy: "", note: "newer than 3.13" }))).toBe(
    "newer than 3.13",
  );
  expect(describeEnvironment(environment("/a", { state: "found" }))).toBe("NumPy 2.4.6 · not asked yet");
});

test.each([
  ["No module named 'cv2'", "opencv-python"],
  ["No module named 'sklearn.decomposition'", "scikit-learn"],
  ["No module named 'yaml'", "pyyaml"],
  ["No module named 'spike_tools'", "spike-tools"],
  ["No module named 'scipy'", "scipy"],
])("%s is mended by installing %s", (message, distribution) => {
  expect(distributionOf("ModuleNotFoundError", message)).toBe(distribution);
});

test("nothing is offered for other errors, or for names that are no modules", () => {
  expect(distributionOf("ImportError", "No module named 'cv2'")).toBeUndefined();
  expect(distributionOf("ModuleNotFoundError", "No module named '--target=/'")).toBeUndefined();
});

test("a newer version stands beside the installed one", () => {
  const listed = { name: "scipy", version: "1.11", summary: "", homepage: "", neededBy: [] };
  expect(describePackage(listed, undefined)).toBe("1.11");
  expect(describePackage(listed, "1.18")).toBe("1.11 → 1.18");
});

test("package names are separated by blanks and commas, but not within brackets", () => {
  expect(splitPackages(" scipy>=1.11, dask[distributed,array]  numpy")).toEqual([
    "scipy>=1.11",
    "dask[distributed,array]",
    "numpy",
  ]);
});

test("environments can be deleted, but for the one in use and installations of Python", () => {
  expect(isDeletable(environment("/a", { kind: "workspace" }), "/b")).toBe(true);
  expect(isDeletable(environment("/a", { kind: "workspace" }), "/a")).toBe(false);
  expect(isDeletable(environment("/usr/bin/python3", { kind: "system" }), "/b")).toBe(false);
  expect(isDeletable(environment("/uv/3.12", { kind: "uv" }), "/b")).toBe(false);
});

test("packages are found by a part of their names, however it is written", () => {
  const named = (name: string): Package => ({ name, version: "1", summary: "", homepage: "", neededBy: [] });
  const packages = ["NumPy", "scikit-learn", "scikit_image"].map(named);
  const names = (text: string): string[] => packagesWith(text, packages).map(({ name }) => name);
  expect(names("")).toEqual(["NumPy", "scikit-learn", "scikit_image"]);
  expect(names("numpy")).toEqual(["NumPy"]);
  expect(names("Scikit_")).toEqual(["scikit-learn", "scikit_image"]);
});

test.each([
  ["", "needsNumpy", "numpy", "install"],
  ["unknown", "usable", "numpy", "install"],
  ["1.22.4", "needsNumpy", "numpy", "upgrade"],
  ["1.23.0", "usable", "numpy==1.23.0", "reinstall"],
] as const)("a NumPy of version '%s' (%s) is mended by %s, %s", (numpy, state, wanted, action) => {
  expect(mendingOfNumpy({ numpy, state })).toEqual([wanted, action]);
});

const nothing: ConfigRequirements = {
  environment: "",
  problem: "",
  missing: [],
  modulesAreNeeded: true,
  paths: [],
};

test("a config that asks for nothing new is loaded without a question", () => {
  expect(requirementsQuestion("a.json", nothing, undefined)).toBeUndefined();
});

test("modules that are only to be mentioned are not asked about", () => {
  const found = { ...nothing, missing: ["scipy"], modulesAreNeeded: false };
  expect(requirementsQuestion("a.json", found, undefined)).toBeUndefined();
});

test("one question names all that a config asks of Python, and what would be lost", () => {
  const found = { ...nothing, environment: "/lab/bin/python", missing: ["scipy", "cv2"], paths: ["/tools"] };
  const question = requirementsQuestion("a.json", found, "One variable");
  expect(question?.question).toBe("Change Python as a.json asks?");
  expect(question?.action).toBe("Change Environment and Install and Add Folders");
  expect(question?.detail.split("\n\n")).toEqual([
    "It asks for the environment of /lab/bin/python. One variable will be lost. All data of the session is kept.",
    "Modules that are then missing: scipy, cv2.",
    "Folders to import modules from before all others: /tools.",
  ]);
});

test("an environment that cannot be used is named, and the data can still be loaded", () => {
  const question = requirementsQuestion("a.json", { ...nothing, problem: "/lab does not exist." }, undefined);
  expect(question?.detail).toContain("cannot be used. /lab does not exist.");
  expect(question?.action).toBeUndefined();
});

test("folders are put in front of those that modules come from, whatever is in their names", () => {
  expect(pathStatement(["/a b", 'C:\\"x"'])).toBe('import sys; sys.path[:0] = ["/a b", "C:\\\\\\"x\\""]');
});
