import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { useVSCode } from "./harness/vscode";
import { waitUntil } from "./harness/waiting";

const steps = `import functools


def twice(function):
    @functools.wraps(function)
    def doubled(*values):
        return 2 * function(*values)

    return doubled


@twice
def area(
    width,
    height,
):
    return width * height


result = area(
    3,
    7,
)
`;

const failing = `def ratio(a, b):
    return a / b


# %% works
print("first", "cell")
# %% fails
ratio(1, 0)
# %% is left out
print("last", "cell")
`;

const vscode = useVSCode("console", {
  workspace: async (folder) => {
    await cp(inject("shared").demo, folder, { recursive: true });
    await writeFile(join(folder, "steps.py"), steps);
    await writeFile(join(folder, "failing.py"), failing);
  },
});

test("a console that is opened before the interpreter is ready begins with its version, once", async () => {
  const { workbench } = vscode;
  await workbench.showViews();
  await workbench.command("WhiskerToolbox: Open Console");
  await waitUntil("the banner is shown", () =>
    workbench.console.countNotes(/Python 3\.\d+\.\d+/).then((count) => count > 0),
  );
  await workbench.status("idle").waitFor();
  expect(await workbench.console.countNotes("Variables of the one before")).toBe(0);
});

test("Shift+Enter takes one statement after the other, decorators and several lines included", async () => {
  const { workbench } = vscode;
  await workbench.showViews();
  await workbench.status("idle").waitFor();
  await workbench.openFile("steps.py");
  await workbench.goToLine(1);
  for (const line of [4, 12, 20]) {
    await workbench.press("Shift+Enter");
    await workbench.caretAt(line).waitFor();
  }
  await workbench.press("Shift+Enter");
  await workbench.variables.find("result", "42");
});

test("Up brings back what was typed", async () => {
  const { workbench } = vscode;
  const { console } = workbench;
  await console.enter("'one', 1");
  await console.waitForOutput("('one', 1)");
  await console.enter("'two', 2");
  await console.waitForOutput("('two', 2)");
  await console.window.locator(".input-editor-container").click();
  await workbench.press("ArrowUp");
  await console.waitForInput("'two', 2");
  await workbench.press("ArrowUp");
  await console.waitForInput("'one', 1");
  await workbench.press("Enter");
  await waitUntil("the old line has run again", async () => {
    const outputs = await console.outputs();
    return outputs.filter((output) => output.includes("('one', 1)")).length === 2;
  });
});

test("a failing cell ends Run Below, and its traceback leads to the line, beside the console", async () => {
  const { workbench } = vscode;
  await workbench.openFile("failing.py");
  await workbench.goToLine(1);
  await workbench.command("WhiskerToolbox: Run Cell and Below");
  await workbench.console.waitForOutput("ZeroDivisionError");
  await workbench.status("idle").waitFor();
  expect((await workbench.console.outputs()).join("\n")).not.toContain("last cell");

  await workbench.console.clickLink("8"); // of ratio(1, 0)
  await workbench.caretAt(8).waitFor();
  expect(await workbench.console.window.isVisible()).toBe(true);
});

test("what a thread prints after its cell has ended is shown in that cell", async () => {
  const { workbench } = vscode;
  const program = `import threading
go_on = threading.Event()
threading.Thread(target=lambda: (go_on.wait(), print("said", "later"))).start()`;
  await workbench.console.enter(program.replaceAll("\n", "; "));
  await workbench.variables.find("go_on");
  await workbench.console.enter("go_on.set()");
  await workbench.console.waitForOutput("said later");
});
