import { expect, test } from "vitest";
import type { Context } from "../../../../extension/src/context";
import { EnvironmentTree } from "../../../../extension/src/features/environments/view";
import { methods, type Environment } from "../../../../extension/src/protocol/generated";
import { FakeDaemon } from "../../fakes/daemon";

const environment: Environment = {
  path: "/env/bin/python",
  version: "3.12.1",
  name: "env",
  kind: "conda",
  numpy: "2.0",
  problem: "",
  note: "",
  state: "usable",
};

function treeOn(daemon: FakeDaemon): EnvironmentTree {
  return new EnvironmentTree({ daemon } as unknown as Context);
}

test("the view says which Python is in use, of what kind it is, and where it lies", async () => {
  const daemon = new FakeDaemon();
  daemon.will(methods.environmentsCheck, () => environment);
  const tree = treeOn(daemon);
  const [python, executable] = (await tree.getChildren()).map((node) => tree.getTreeItem(node));
  expect([python?.label, python?.description]).toEqual(["Python 3.12.1", "env · conda environment"]);
  expect(executable?.label).toBe("/env/bin/python");
  await tree.getChildren();
  expect(daemon.asked).toHaveLength(1);
});

test("an environment of which nothing is known is shown without its kind", async () => {
  const tree = treeOn(new FakeDaemon());
  const [python] = (await tree.getChildren()).map((node) => tree.getTreeItem(node));
  expect(python?.description).toBe("env");
});

test("each setting at hand opens its place", async () => {
  const tree = treeOn(new FakeDaemon());
  const opened = (await tree.getChildren({ kind: "settings" }))
    .map((node) => tree.getTreeItem(node))
    .map(({ label, command }): unknown => [label, command?.arguments?.[0] ?? command?.command]);
  expect(opened).toEqual([
    ["Interpreter", "@id:whiskertoolbox.interpreterPath"],
    ["Prelude", "@id:whiskertoolbox.run.prelude"],
    ["Working directory", "@id:whiskertoolbox.run.workingDirectory"],
    ["Arguments of a script", "whiskertoolbox.runFileWithArguments"],
    ["Other settings of runs", "whiskertoolbox.run"],
    ["Debugging", "whiskertoolbox.debug"],
    ["Console auto-scroll", "@id:interactiveWindow.alwaysScrollOnNewCell"],
    ["Console font", "notebook font"],
    ["Line numbers", "lineNumbers"],
  ]);
});
