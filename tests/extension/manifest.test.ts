// package.json and the code name the same commands, settings, views and debug type.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { defaultSettings } from "../../extension/src/settings";

type Command = { readonly command: string; readonly title: string; readonly category?: string };
type Manifest = {
  readonly name: string;
  readonly publisher: string;
  readonly contributes: {
    readonly commands: readonly Command[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly keybindings: readonly { readonly command: string; readonly when: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
    readonly debuggers: readonly { readonly type: string }[];
  };
};

const root = new URL("../../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as Manifest;
const { contributes } = manifest;
const sources = readdirSync(new URL("extension/src/", root), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => readFileSync(new URL(`extension/src/${path}`, root), "utf8"))
  .join("\n");
const matches = (pattern: RegExp): Set<string> =>
  new Set([...sources.matchAll(pattern)].map(([, name = ""]) => name));
const contributed = new Set(contributes.commands.map(({ command }) => command));

describe("commands", () => {
  test("every command of the manifest is registered, and no other", () => {
    expect(matches(/registerCommand\(\s*ctx,\s*"(whiskertoolbox\.\w+)"/g)).toEqual(contributed);
  });

  test("every command that the code or the manifest mentions exists", () => {
    const welcome = contributes.viewsWelcome.flatMap(({ contents }) =>
      [...contents.matchAll(/\(command:(whiskertoolbox\.\w+)\)/g)].map(([, name = ""]) => name),
    );
    const mentioned = [
      ...matches(/command: "(whiskertoolbox\.\w+)"/g),
      ...welcome,
      ...Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command)),
      ...contributes.keybindings.map(({ command }) => command),
    ];
    expect(mentioned.filter((command) => !contributed.has(command))).toEqual([]);
  });

  test("the commands that are documented have these titles", () => {
    const titles = Object.fromEntries(contributes.commands.map(({ command, title }) => [command, title]));
    expect(titles).toMatchObject({
      "whiskertoolbox.runSelection": "Run Selection",
      "whiskertoolbox.runFile": "Run File",
      "whiskertoolbox.runCell": "Run Cell",
      "whiskertoolbox.debugFile": "Debug File",
      "whiskertoolbox.openConsole": "Open Console",
      "whiskertoolbox.interrupt": "Interrupt Execution",
      "whiskertoolbox.restartInterpreter": "Restart Interpreter",
      "whiskertoolbox.clearNamespace": "Clear Namespace",
      "whiskertoolbox.loadData": "Load Data…",
      "whiskertoolbox.selectInterpreter": "Select Interpreter…",
      "whiskertoolbox.showLog": "Show Log",
    });
    expect(new Set(contributes.commands.map(({ category }) => category))).toEqual(
      new Set(["WhiskerToolbox"]),
    );
  });

  test("Shift+Enter is taken only in Python editors, while a session runs and the setting allows it", () => {
    const [binding] = contributes.keybindings.filter(
      ({ command }) => command === "whiskertoolbox.runSelection",
    );
    for (const condition of [
      "editorLangId == python",
      "!notebookEditorFocused",
      "resourceScheme != vscode-interactive-input",
      "config.whiskertoolbox.run.shiftEnter",
      "whiskertoolbox.state =~ /^(starting|running|unavailable)$/",
    ]) {
      expect(binding?.when).toContain(condition);
    }
  });
});

test("settings and their defaults are those of the code", () => {
  const declared = Object.entries(contributes.configuration.properties).map(([name, { default: value }]) => [
    name.replace("whiskertoolbox.", ""),
    value,
  ]);
  expect(Object.fromEntries(declared)).toEqual(defaultSettings);
});

test("views are those of the code", () => {
  const declared = Object.values(contributes.views).flatMap((views) => views.map(({ id }) => id));
  expect(matches(/showLiveTree\(\w+, "([\w.]+)"/g)).toEqual(new Set(declared));
});

test("the debug type is that of the code", () => {
  expect(matches(/const debugType = "(\w+)"/g)).toEqual(
    new Set(contributes.debuggers.map(({ type }) => type)),
  );
});

test("the console's controller is found under the extension's own id", () => {
  expect(matches(/const extensionId = "([\w.]+)"/g)).toEqual(
    new Set([`${manifest.publisher}.${manifest.name}`]),
  );
});
