import { Marked } from "marked";
import { describe, expect, it } from "vitest";
import { mathExtension } from "../../../../renderer/cell/markdown/mathTokens.ts";

const marked = new Marked(mathExtension);
const html = (source: string): string => marked.parse(source, { async: false }).trim();

describe("formulas in Markdown", () => {
  it("are kept from Markdown's own rules", () => {
    expect(html("$a_1 * b_2 * c$")).toBe('<p><span data-math="inline">a_1 * b_2 * c</span></p>');
    expect(html("\\(x < y\\)")).toBe('<p><span data-math="inline">x &lt; y</span></p>');
  });

  it("may stand on lines of their own", () => {
    expect(html("$$\nx^2\n$$")).toBe('<div data-math="display">x^2</div>');
    expect(html("\\begin{align}\na &= b\n\\end{align}")).toContain("\\begin{align}\na &amp;= b\n\\end{align}");
  });

  it("are not seen in amounts of money, code, or escaped dollars", () => {
    expect(html("from 5$ to 6$")).toBe("<p>from 5$ to 6$</p>");
    expect(html("it costs $5 and $6")).toBe("<p>it costs $5 and $6</p>");
    expect(html("`$x$`")).toBe("<p><code>$x$</code></p>");
    expect(html("\\$x\\$")).toBe("<p>$x$</p>");
  });
});
