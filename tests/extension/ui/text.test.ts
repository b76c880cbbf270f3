import fc from "fast-check";
import { marked } from "marked";
import { describe, expect, test } from "vitest";
import {
  interpreterName,
  labelText,
  markdownText,
  notificationText,
  plainText,
} from "../../../extension/src/ui/text";

/** Text as a hostile file could hold it: what VS Code gives a meaning to, in any order, between other characters. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...Array.from("[]()!`*_~#|<>&\\\"'$-+=.:@{} \n\t\r\u0000\u001b\u202e\u2066\u200b\u2028\ud800"),
        ...[
          "](",
          "](command:x)",
          "[a](command:x)",
          "![a](https://a.bc)",
          "https://a.bc",
          "www.a.bc",
          "a@b.cd",
        ],
        ...[
          "$(bug)",
          "<img src=x>",
          "&lt;",
          "&#60;",
          "1. ",
          "- ",
          "# ",
          "```",
          "    ",
          "\n\n",
          "|-|-|",
          "[a]: b",
        ],
        ...["🐭", "👩\u200d🔬", "é", "鼠"],
      ),
      fc.string({ unit: "binary", maxLength: 5 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(""));

/** What VS Code 1.100 makes a link of in a notification (`linkedText.ts`). */
const notificationLink = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

describe("text of others as plain text", () => {
  test("is one line in which nothing is hidden or turned round", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(plainText(text)).not.toMatch(/[\p{Cc}\p{Cs}\u200b\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
      }),
    );
  });

  test("is as long as is asked for, at most", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, limit) => {
        expect(Array.from(plainText(text, limit)).length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  test("stays as it is when it is ordinary", () => {
    for (const text of [
      "whisker_angle",
      "C:\\data\\séance 2.csv",
      "鼠标 🐭",
      "a [b] (c) <d>",
      "👩\u200d🔬",
    ]) {
      expect(plainText(text)).toBe(text);
    }
  });

  test("names what cannot be seen", () => {
    expect(plainText("evil\u202egpj.exe")).toBe("evil\\u{202e}gpj.exe");
    expect(plainText("\u001b[31mred")).toBe("\\u{1b}[31mred");
  });

  test("says by its end that there was more", () => {
    expect(plainText("a".repeat(100), 10)).toBe(`${"a".repeat(9)}…`);
    expect(plainText("\u0000".repeat(100), 10)).toMatch(/…$/);
  });
});

describe("text of others elsewhere", () => {
  test("makes no link in a notification", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(notificationText(text)).not.toMatch(notificationLink);
      }),
    );
    expect(notificationText("[Update](command:workbench.action.quit)")).toBe(
      "[Update] (command:workbench.action.quit)",
    );
  });

  test("is shown by Markdown as it is, without formatting, links, pictures and HTML", async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const html = (await marked.parse(markdownText(text), { gfm: true })).trim();
        const inside = html === "" ? "" : (/^<p>([^<>]*)<\/p>$/.exec(html)?.[1] ?? html);
        expect(decoded(inside)).toBe(plainText(text));
      }),
      { numRuns: 1000 },
    );
  });

  test("is a cell of a Markdown table as it is", async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const html = await marked.parse(`| a | b |\n| --- | --- |\n| ${markdownText(text)} | end |`, {
          gfm: true,
        });
        const cells = [...html.matchAll(/<td>([^<>]*)<\/td>/g)].map(([, cell = ""]) => decoded(cell));
        expect(cells).toEqual([plainText(text), "end"]);
      }),
    );
  });

  test("draws no icon in a label", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(labelText(text)).not.toContain("$(");
      }),
    );
  });
});

function decoded(html: string): string {
  const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return html.replace(/&(?:#(\d+)|(\w+));/g, (_, code: string | undefined, name: string) =>
    code === undefined ? (named[name] ?? "?") : String.fromCodePoint(Number(code)),
  );
}

test.each(["3.12.1", "Python 3.12.1", ""])("a version is not said twice: %j", (name) => {
  expect(interpreterName(name, "3.12.1")).toBe("Python 3.12.1");
});
