import { expect, test } from "vitest";
import {
  describeEnvironment,
  describePackage,
  distributionOf,
  groupEnvironments,
  splitPackages,
} from "../../../../extension/src/features/environments/model";
import type { Environment } from "../../../../extension/src/protocol/generated";

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

test("an environment is described by its NumPy and what is worth knowing", () => {
  expect(describeEnvironment(environment("/a"))).toBe("NumPy 2.4.6");
  expect(describeEnvironment(environment("/a", { numpy: "", note: "newer than 3.13" }))).toBe(
    "newer than 3.13",
  );
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
