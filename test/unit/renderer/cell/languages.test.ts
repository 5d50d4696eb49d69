import { highlightTree } from "@lezer/highlight";
import type { LanguageSupport } from "@codemirror/language";
import { describe, expect, it } from "vitest";
import { highlighter } from "../../../../renderer/cell/editor/highlight.ts";
import { Languages } from "../../../../renderer/cell/editor/languages.ts";

async function support(name: string): Promise<LanguageSupport> {
  const value = new Languages().support(name);
  return await new Promise((resolve) => value.subscribe(() => resolve(value.get() as LanguageSupport)));
}

/** Coloured words of a text, as `class:word`. */
async function coloured(name: string, source: string): Promise<readonly string[]> {
  const found: string[] = [];
  const tree = (await support(name)).language.parser.parse(source);
  highlightTree(tree, highlighter, (from, to, classes) => void found.push(`${classes}:${source.slice(from, to)}`));
  return found.filter((one) => !one.startsWith("tok-mark"));
}

describe("Languages", () => {
  it("colours SQL as DuckDB reads it", async () => {
    const source = "-- name: best\nSELECT max(score), 'it''s' FROM \"my table\" QUALIFY x::HUGEINT > 3";
    expect(await coloured("sql", source)).toEqual([
      "tok-comment:-- name: best",
      "tok-keyword:SELECT",
      "tok-name:max",
      "tok-string:'it'",
      "tok-string:'s'",
      "tok-keyword:FROM",
      'tok-string:"my table"',
      "tok-keyword:QUALIFY",
      "tok-type:HUGEINT",
      "tok-number:3",
    ]);
  });

  it("colours HTML, and the scripts and styles in it", async () => {
    const words = await coloured(
      "html",
      '<p class="a">1 &amp; 2</p><script>const x = 1</script><style>p{top:0}</style>',
    );
    for (const word of ["tok-type:p", "tok-name:class", 'tok-string:"a"', "tok-keyword:const", "tok-number:1"]) {
      expect(words).toContain(word);
    }
  });

  it("knows both by what notebooks call them", async () => {
    expect((await support("duckdb")).language.name).toBe("sql");
    expect((await support("html")).language.name).toBe("html");
    expect(new Languages().support("cobol").get()).toBeUndefined();
  });
});
