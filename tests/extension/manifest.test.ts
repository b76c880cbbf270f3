// package.json and the code name the same commands, settings, views and debug type.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { configFiles } from "../../extension/src/daemon/editor";
import { contextKeys } from "../../extension/src/features/status/model";
import type { SessionState } from "../../extension/src/protocol/generated";
import { defaultSettings } from "../../extension/src/settings";
import { idleSession } from "./fakes/daemon";

type Command = { readonly command: string; readonly title: string; readonly category?: string };
type Manifest = {
  readonly name: string;
  readonly publisher: string;
  readonly contributes: {
    readonly commands: readonly Command[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly keybindings: readonly { readonly command: string; readonly when: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly when: string;
      readonly contents: string;
    }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly description: string;
        readonly media: { readonly markdown?: string; readonly image?: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
    readonly debuggers: readonly { readonly type: string }[];
    readonly jsonValidation: readonly { readonly fileMatch: readonly string[]; readonly url: string }[];
    readonly customEditors: readonly { readonly selector: readonly { readonly filenamePattern: string }[] }[];
  };
};

const root = new URL("../../", import.meta.url);
const asWritten: unknown = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const texts = JSON.parse(readFileSync(new URL("package.nls.json", root), "utf8")) as Record<string, string>;
const manifest = localized(asWritten) as Manifest;
const { contributes } = manifest;
const sources = readdirSync(new URL("extension/src/", root), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => readFileSync(new URL(`extension/src/${path}`, root), "utf8"))
  .join("\n");
const matches = (pattern: RegExp): Set<string> =>
  new Set([...sources.matchAll(pattern)].map(([, name = ""]) => name));

/** The manifest as VS Code shows it: `%key%` replaced by its text. */
function localized(value: unknown): unknown {
  if (typeof value === "string") {
    return value.replace(/^%([\w.]+)%$/, (_, key: string) => texts[key] ?? `no text ${key}`);
  }
  if (Array.isArray(value)) {
    return value.map(localized);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, localized(inner)]))
    : value;
}

/** Properties whose text people see. */
const shownProperties =
  /^(displayName|title|description|markdownDescription|enumDescriptions|contents|category|name|contextualTitle|label|altText)$/;

/** What is put into people's files, not shown to them. */
const intoFiles = new Set(["body", "initialConfigurations"]);

/** Texts that people see, with where they stand. */
function* shownTexts(value: unknown, place: readonly string[] = []): Generator<[string, string]> {
  if (typeof value === "string") {
    const property = place.findLast((step) => !/^\d+$/.test(step)) ?? "";
    if (place.length > 1 && !place.some((step) => intoFiles.has(step)) && shownProperties.test(property)) {
      yield [place.join("."), value];
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      yield* shownTexts(inner, [...place, key]);
    }
  }
}

const contributed = new Set(contributes.commands.map(({ command }) => command));

describe("commands", () => {
  test("every command of the manifest is registered, and no other", () => {
    expect(matches(/registerCommand\(\s*ctx,\s*"(whiskertoolbox\.\w+)"/g)).toEqual(contributed);
  });

  test("every command that the code or the manifest mentions exists", () => {
    const steps = contributes.walkthroughs.flatMap(({ steps }) => steps);
    const pages = [
      ...contributes.viewsWelcome.map(({ contents }) => contents),
      ...steps.map(({ description }) => description),
      ...steps.flatMap(({ completionEvents }) =>
        completionEvents.map((event) => event.replace(/^onCommand:(.*)$/, "(command:$1)")),
      ),
    ];
    const isOfAView = (command: string): boolean =>
      Object.values(contributes.views)
        .flat()
        .some(({ id }) => command === `${id}.focus`);
    const linked = pages.flatMap((contents) =>
      [...contents.matchAll(/\(command:(whiskertoolbox\.[\w.]+)\)/g)].map(([, name = ""]) => name),
    );
    const mentioned = [
      ...matches(/command: "(whiskertoolbox\.\w+)"/g),
      ...linked.filter((command) => !isOfAView(command)),
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

  test("Shift+Enter is taken only in Python editors, while a session runs or the setting says always", () => {
    const [binding] = contributes.keybindings.filter(
      ({ command }) => command === "whiskertoolbox.runSelection",
    );
    for (const condition of [
      "editorLangId == python",
      "!notebookEditorFocused",
      "resourceScheme != vscode-interactive-input",
      "(config.whiskertoolbox.run.shiftEnter == always || config.whiskertoolbox.run.shiftEnter == session && whiskertoolbox.state =~ /^(starting|running|unavailable)$/)",
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

test("every text that people see stands in package.nls.json, and there is no other", () => {
  const keys = [...shownTexts(asWritten)].map(
    ([place, text]) => /^%([\w.]+)%$/.exec(text)?.[1] ?? `${place}: ${text}`,
  );
  const used = new Set([...keys, "displayName", "description"]);
  expect([...used].toSorted()).toEqual(Object.keys(texts).toSorted());
  expect((asWritten as { readonly displayName: string }).displayName).toBe("%displayName%");
});

test("what the walkthrough shows is there", () => {
  const shown = contributes.walkthroughs.flatMap(({ steps }) =>
    steps.map(({ media }) => media.markdown ?? media.image ?? ""),
  );
  expect(shown.filter((path) => path === "" || !existsSync(new URL(path, root)))).toEqual([]);
});

describe("an empty view says why it is empty", () => {
  const trusted = { isWorkspaceTrusted: "true", workspaceFolderCount: "1" };
  const session = (state: SessionState): Record<string, string> => ({
    ...trusted,
    ...contextKeys({ kind: "running", session: { ...idleSession, state } }),
  });
  const listed = { "whiskertoolbox.dataKeys.listed": "true", "whiskertoolbox.variables.listed": "true" };
  const off = { ...trusted, ...contextKeys({ kind: "off" }) };
  const shownFor = (view: string, context: Readonly<Record<string, string>>): readonly string[] =>
    contributes.viewsWelcome
      .filter((item) => item.view === `whiskertoolbox.${view}` && holds(item.when, context))
      .map(({ contents }) => contents);

  const states = {
    untrusted: { workspaceFolderCount: "1", ...contextKeys({ kind: "off" }) },
    "no session": off,
    "no folder": { ...off, workspaceFolderCount: "0" },
    starting: { ...trusted, ...contextKeys({ kind: "starting" }) },
    loading: session("idle"),
    "starting Python": session("starting"),
    empty: { ...session("idle"), ...listed },
    "empty while code runs": { ...session("busy"), ...listed },
    "dead interpreter": { ...session("dead"), ...listed },
    unavailable: session("unavailable"),
    failed: { ...trusted, ...contextKeys({ kind: "failed", message: "" }) },
  };

  test.each(Object.entries(states))("with exactly one text in each view: %s", (_, context) => {
    expect(shownFor("dataKeys", context)).toHaveLength(1);
    expect(shownFor("variables", context)).toHaveLength(1);
  });

  test.each(["dataKeys", "variables"])("loading, dead, no session and empty are four texts: %s", (view) => {
    const dead = view === "dataKeys" ? states.failed : states["dead interpreter"];
    const four = [states.loading, dead, off, states.empty].map((context) => shownFor(view, context)[0]);
    expect(new Set(four).size).toBe(4);
  });

  test("without a session the view says what one click will do", () => {
    const [text = ""] = shownFor("dataKeys", off);
    expect(text).toContain("(command:whiskertoolbox.startSession)");
    expect(text).toMatch(/Starts Python in this folder/);
    expect(text).toMatch(/\.whiskertoolbox; your files are not changed/);
  });
});

/** Whether a condition of the manifest holds: `&&` of `key`, `!key`, `key == value`, `key != value`, `key =~ /regex/`. */
function holds(when: string, context: Readonly<Record<string, string>>): boolean {
  return when.split(" && ").every((term) => {
    const [, not, key = "", operator, value = ""] = /^(!?)([\w.]+)(?: (==|!=|=~) (.+))?$/.exec(term) ?? [];
    const actual = context[key] ?? "";
    switch (operator) {
      case "==":
        return actual === value;
      case "!=":
        return actual !== value;
      case "=~":
        return new RegExp(value.slice(1, -1)).test(actual);
      default:
        expect(key, term).not.toBe("");
        return (actual !== "") !== (not === "!");
    }
  });
}

test("views are those of the code", () => {
  const declared = Object.values(contributes.views).flatMap((views) => views.map(({ id }) => id));
  const made = [/showLiveTree\(\w+, "([\w.]+)"/g, /registerWebviewViewProvider\("([\w.]+)"/g];
  expect(new Set(made.flatMap((pattern) => [...matches(pattern)]))).toEqual(new Set(declared));
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

test("files that have a schema are those that the daemon and the viewer open, and the schemas are there", () => {
  const [loading, pipelines, layouts, ...others] = contributes.jsonValidation;
  expect(others).toEqual([]);
  expect(configFiles).toBe(`**/{${[loading, pipelines].flatMap((one) => one?.fileMatch).join(",")}}`);
  expect(layouts?.fileMatch).toEqual(
    contributes.customEditors.flatMap(({ selector }) => selector.map((one) => one.filenamePattern)),
  );
  for (const { url } of contributes.jsonValidation) {
    expect(existsSync(new URL(url, root))).toBe(true);
  }
});
