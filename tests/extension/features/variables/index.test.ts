import { beforeEach, expect, test } from "vitest";
import { activateVariables } from "../../../../extension/src/features/variables";
import { methods, type Variable } from "../../../../extension/src/protocol/generated";
import { FakeDaemon } from "../../fakes/daemon";
import { contextWith, noConsole, providerOf, rows } from "../../fakes/views";
import { registeredCommands, treeViews } from "../../fakes/vscode";

const variable = (name: string, more: Partial<Variable> = {}): Variable => ({
  name,
  childId: name,
  type: "int",
  summary: "1",
  hasChildren: false,
  expression: name,
  icon: "",
  ...more,
});

const answer = (variables: readonly Variable[], total = variables.length, stale = false) => ({
  variables,
  total,
  revision: 1,
  stale,
});

let daemon: FakeDaemon;

beforeEach(() => {
  daemon = new FakeDaemon();
  activateVariables(contextWith(daemon), noConsole);
});

test("children are asked for by the path of ids down to them", async () => {
  daemon.will(methods.variablesList, ({ path = [] }) =>
    answer(path.length === 0 ? [variable("d", { childId: "1", hasChildren: true })] : [variable("['a']")]),
  );
  const provider = providerOf("whiskertoolbox.variables");
  const [parent] = (await provider.getChildren()) ?? [];
  expect(await rows(provider, parent)).toEqual(["['a']"]);
  expect(daemon.asked.at(-1)?.params).toMatchObject({ path: ["1"] });
});

test("variables beyond a page are shown on demand", async () => {
  daemon.will(methods.variablesList, ({ limit = 0 }) => {
    const names = Array.from({ length: Math.min(limit, 250) }, (_, index) => `x${index}`);
    return answer(
      names.map((name) => variable(name)),
      250,
    );
  });
  const provider = providerOf("whiskertoolbox.variables");
  const first = (await provider.getChildren()) ?? [];
  expect((await rows(provider)).at(-1)).toBe("Show more (50 left)…");
  await registeredCommands.get("whiskertoolbox.showMoreVariables")?.(first.at(-1));
  expect((await rows(provider)).at(-1)).toBe("x249");
});

test("the view says when it shows the last known variables, until the interpreter answers again", async () => {
  const view = treeViews.get("whiskertoolbox.variables");
  daemon.will(methods.variablesList, () => answer([variable("x")], 1, true));
  await rows(providerOf("whiskertoolbox.variables"));
  expect(view?.message).toContain("last known");
  daemon.will(methods.variablesList, () => answer([variable("x")]));
  await rows(providerOf("whiskertoolbox.variables"));
  expect(view?.message).toBe("");
});

test("only a variable itself can be deleted, by its name", async () => {
  daemon.will(methods.variablesList, () => answer([variable("x")]));
  daemon.will(methods.variablesDelete, () => ({}));
  const [node] = (await providerOf("whiskertoolbox.variables").getChildren()) ?? [];
  await registeredCommands.get("whiskertoolbox.deleteVariable")?.(node);
  expect(daemon.asked.at(-1)).toMatchObject({
    method: methods.variablesDelete.method,
    params: { name: "x" },
  });
});
