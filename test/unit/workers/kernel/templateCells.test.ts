import { describe, expect, it } from "vitest";
import { CellId, RunId } from "#shared/base/ids.ts";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { programOf } from "#shared/dataflow/resolveInputs.ts";
import type { Cell } from "#shared/notebook/cell.ts";
import type { CellOutput, MimeBundle } from "#shared/notebook/output.ts";
import { CellRuntime } from "../../../../workers/kernel/CellRuntime.ts";

const id = (text: string): CellId => CellId.parse(text)!;

type Source = readonly [language: string, source: string];

/** Executes cells given as language and source, in order; gives what the last one sent. */
async function execute(...cells: readonly Source[]): Promise<CellOutput> {
  const sent: CellOutput[] = [];
  const runtime = new CellRuntime((run, events) => {
    if (run === "last") sent.push(...events);
  });
  // reason: of a cell the reader looks at these alone.
  const list = cells.map(
    ([language, source], index) => ({ id: id(`c${index}`), kind: "code", language, source }) as unknown as Cell,
  );
  const flow = new FlowReader().read(list);
  for (const [index, cell] of list.entries()) {
    const program = programOf(flow.get(cell.id)!);
    if (program === undefined) throw new Error(`cell ${index} does not compile`);
    await runtime.execute(RunId.parse(index === list.length - 1 ? "last" : "first")!, program, []);
  }
  return sent.at(-1)!;
}

async function shown(...cells: readonly Source[]): Promise<MimeBundle> {
  const output = await execute(...cells);
  if (output.output_type !== "execute_result") throw new Error(JSON.stringify(output));
  return output.data;
}

const ATTACK = "<img src=x onerror=alert(1)>&\"'`${x}";

describe("cells of text", () => {
  it("show their text with the values of other cells", async () => {
    expect(await shown(["javascript", "const n = 2, word = 'two'"], ["html", "<b>${n}</b> is `${word}` \\n"])).toEqual({
      "text/html": "<b>2</b> is `two` \\n",
      "text/plain": "2 is `two` \\n",
    });
  });

  it("escape a text that is put into HTML, wherever it stands", async () => {
    const data = await shown(
      ["javascript", `const bad = ${JSON.stringify(ATTACK)}`],
      ["html", '<p title="${bad}">${[bad]}'],
    );
    const escaped = "&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;&#96;${x}";
    expect(data["text/html"]).toBe(`<p title="${escaped}">${escaped}`);
  });

  it("put in as it is what one of the tags has marked", async () => {
    const cells = ["javascript", "const rows = ['a<', 'b'].map((row) => html`<li>${row}</li>`)"] as const;
    expect((await shown(cells, ["html", "<ul>${rows}</ul>"]))["text/html"]).toBe("<ul><li>a&lt;</li><li>b</li></ul>");
    expect((await shown(cells, ["markdown", "${rows}"]))["text/markdown"]).toBe("<li>a&lt;</li><li>b</li>");
    expect((await shown(["html", "${md`*a*`}"]))["text/html"]).toBe("*a*");
    expect((await shown(["html", "${{ mime: 'text/html', text: '<b>' }}"]))["text/html"]).toBe("[object Object]");
  });

  it("escape what means something in Markdown", async () => {
    const data = await shown(["javascript", "const word = '*a* <b> [x](y) $1$'"], ["markdown", "    # ${word}"]);
    expect(data["text/markdown"]).toBe("    # \\*a\\* &lt;b&gt; \\[x\\]\\(y\\) \\$1\\$");
  });

  it("escape what means something in TeX and in Mermaid", async () => {
    const cells = ["javascript", "const x = 0.5, name = 'a_1 \\\\ {50%}'"] as const;
    expect((await shown(cells, ["tex", "\\frac{${x}}{2} = ${name}"]))["text/latex"]).toBe(
      "$$\n\\frac{0.5}{2} = \\text{a\\_1 \\textbackslash{} \\{50\\%\\}}\n$$",
    );
    expect((await shown(cells, ["tex", "x ${tex`\\alpha_${1}`}"]))["text/latex"]).toBe("$$\nx \\alpha_1\n$$");
    expect((await shown(cells, ["mermaid", 'graph TD\n  a["${name}"]']))["text/vnd.mermaid"]).toBe(
      'graph TD\n  a["a#95;1 #92; #123;50#37;#125;"]',
    );
  });

  it("say the line of a value that fails, as it stands in the cell", async () => {
    const error = await execute(["html", "<p>`</p>\n<b>\\${nothing.at}</b> `${nothing.at}`"]);
    if (error.output_type !== "error") throw new Error("no error");
    expect(error.evalue).toBe("nothing is not defined");
    expect(error.traceback.join("\n")).toContain("2 | <b>\\${nothing.at}</b> `${nothing.at}`");
    expect(error.traceback.join("\n")).toContain("line 2:");
  });

  it("define what they assign", async () => {
    expect(await shown(["html", "${total = 4}"], ["javascript", "total * 2"])).toMatchObject({ "text/plain": "8" });
  });
});
