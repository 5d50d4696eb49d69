import { describe, expect, it } from "vitest";
import { compileTemplate } from "#shared/dataflow/template/compileTemplate.ts";

/** Source · names read · names defined · names of the kernel that are read. */
const CASES: readonly (readonly [source: string, inputs: string, defines?: string, globals?: string])[] = [
  ["", ""],
  ["<p>plain</p>", ""],
  ["${x}", "x"],
  ["<p>${a.b[c]} and ${d}</p>\n${a}", "a c d"],
  ["${(x)}", "x"],
  ["${ x /* } */ }", "x"],
  ["${x // }\n}", "x"],
  ["${`inner ${y} \\` }`}", "y"],
  ["${list.map((item) => html`<li>${item}</li>`)}", "list", "", "html"],
  ["${{ a: 1, b }.a}", "b"],
  ["${a, b}", "a b"],
  ["${await later}", "later"],
  ["${total = price * 2}", "price", "total"],
  ["${_own = 1}", ""],
  ["\\${x}", ""],
  ["\\\\${x}", "x"],
  ["\\\\\\${x}", ""],
  ["`${x}` \\n $ {y} $y {z}", "x"],
  ["${Math.max(x, 1)}", "x", "", "Math"],
];

const words = (text = ""): string[] => text.split(" ").filter((name) => name !== "");

describe("names of a cell of text", () => {
  it.each(CASES)("%j", (source = "", inputs, defines, globals) => {
    const compiled = compileTemplate("html", source);
    expect(compiled).toMatchObject({
      ok: true,
      value: { language: "javascript", inputs: words(inputs), defines: words(defines), globals: words(globals) },
    });
  });

  it.each([
    ["a\n  ${x +}", { line: 2, column: 8 }],
    ["${}", { line: 1, column: 3 }],
    ["${x", { line: 1, column: 4 }],
    ["${x y}", { line: 1, column: 4 }],
    ["a ${import.meta.url}", { line: 1, column: 5 }],
  ])("says where a value is no expression: %j", (source, place) => {
    expect(compileTemplate("markdown", source)).toMatchObject({ ok: false, error: place });
  });

  it("keeps the lines", () => {
    const source = "<p>\n`${a}` \\\n${b}\n</p>\n";
    const compiled = compileTemplate("html", source);
    if (!compiled.ok) throw new Error(compiled.error.message);
    expect(compiled.value.code.split("\n").length).toBe(source.split("\n").length);
  });
});
