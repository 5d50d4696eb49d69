import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { readMarkdown, writeMarkdown } from "#shared/formats/text/markdownFile.ts";
import { readPercent, writePercent } from "#shared/formats/text/percentFile.ts";
import { readOptions, writeOptions } from "#shared/formats/text/cellOptions.ts";
import { writeIpynb } from "#shared/formats/ipynb/writeIpynb.ts";
import type { ReadNotebook } from "#shared/formats/ipynb/readIpynb.ts";
import { createNotebook, type NotebookDraft } from "#shared/notebook/createNotebook.ts";
import { setTitle } from "#shared/notebook/editCells.ts";
import { bytesOf, fixture, notebookJson, openDraft, readGood } from "../../../../support/fixtures.ts";

const nothing = (): undefined => undefined;

function good(read: ReturnType<typeof readMarkdown>): ReadNotebook {
  if (!read.ok) throw read.error;
  return read.value;
}

const python = (text: string, name = "lab.py"): ReadNotebook => good(readPercent(bytesOf(text), "python", name));
const javascript = (text: string): ReadNotebook => good(readPercent(bytesOf(text), "javascript", "lab.js"));
const markdown = (text: string): ReadNotebook => good(readMarkdown(bytesOf(text), "lab.md"));

const plain = ({ draft }: ReadNotebook): unknown[] =>
  draft.cells.map(({ kind, language, source, metadata }) =>
    kind === "code" ? [kind, language, source, metadata] : [kind, source, metadata],
  );

function open(draft: NotebookDraft): Y.Doc {
  const doc = new Y.Doc();
  createNotebook(doc, draft);
  return doc;
}

const JUPYTEXT = `# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] tags=["intro"]
# # A title
#
# Some *text*.

# %%
%matplotlib inline
x = 1  # %% not a marker

# %% Plot it [markdown]
# below

# %% Second tags=["a b", "c"] slideshow={"slide_type": "slide"}
def f():
    return """
# # %% looks like a marker
"""


# %% [raw]
# raw

# %% language="sql"
# SELECT *
#   FROM t
`;

describe("percent files", () => {
  it("are read as jupytext writes them", () => {
    const read = python(JUPYTEXT);
    expect(plain(read)).toEqual([
      ["markdown", "# A title\n\nSome *text*.", { tags: ["intro"] }],
      ["code", "python", "%matplotlib inline\nx = 1  # %% not a marker", {}],
      ["markdown", "below", { title: "Plot it" }],
      [
        "code",
        "python",
        'def f():\n    return """\n# %% looks like a marker\n"""\n',
        { title: "Second", tags: ["a b", "c"], slideshow: { slide_type: "slide" } },
      ],
      ["raw", "raw", {}],
      ["code", "sql", "SELECT *\n  FROM t", {}],
    ]);
    expect(read.draft.title).toBe("A title");
  });

  it("come back as they were, header included, also through .ipynb", () => {
    const options = /tags=\["a b".*/;
    const written = JUPYTEXT.replace(options, 'tags=["a b","c"] slideshow={"slide_type":"slide"}');
    expect(writePercent(open(python(JUPYTEXT).draft), "python").text).toBe(written);
    const notebook = writeIpynb(open(python(JUPYTEXT).draft), nothing);
    expect(writePercent(openDraft(readGood(notebook.bytes)), "python").text).toBe(
      JUPYTEXT.replace(options, 'slideshow={"slide_type":"slide"} tags=["a b","c"]'),
    );
  });

  it("use // in JavaScript, and know markers without a space", () => {
    expect(plain(javascript("const a = 1;\n//%%\nb();\n// %% [markdown]\n// text\n//\n//more\n"))).toEqual([
      ["code", "javascript", "const a = 1;", {}],
      ["code", "javascript", "b();", {}],
      ["markdown", "text\n\nmore", {}],
    ]);
    const { draft } = javascript('// %% [md]\n// x\n// %% language="python"\n// y\n');
    expect(writePercent(open(draft), "javascript").text).toBe(
      '// %% [markdown]\n// x\n\n// %% language="python"\n// y\n',
    );
  });

  it("take any script without markers as one cell, and text in triple quotes as Markdown", () => {
    expect(plain(python("import os\n\nos.getcwd()\n"))).toEqual([["code", "python", "import os\n\nos.getcwd()", {}]]);
    expect(plain(python(""))).toEqual([]);
    expect(plain(python('# %% [markdown]\n"""\n# T\ntext\n"""\n\n# %% [markdown]\nr"""one"""\n'))).toEqual([
      ["markdown", "# T\ntext", {}],
      ["markdown", "one", {}],
    ]);
  });

  it("take CRLF, a byte order mark and what is not UTF-8 for what they are", () => {
    expect(plain(python("\ufeff# %%\r\na\r\nb\r\n"))).toEqual([["code", "python", "a\nb", {}]]);
    const wrong = readPercent(new Uint8Array([0x61, 0xe9]), "python");
    expect(wrong.ok ? "" : wrong.error.message).toContain("line 1, column 2: the file is not UTF-8");
  });

  it("leave outputs and attachments out with a warning", () => {
    const doc = openDraft(readGood(fixture("jupyter-4.5.ipynb")));
    expect(writePercent(doc, "python").warnings).toEqual([
      "outputs of cells 2, 3, 4, 5, 6 and 2 more were left out: Python files hold none",
      "attachments of cell 1 were left out: Python files hold none",
    ]);
  });

  it("keep a title that nothing else in the file says in the header", () => {
    const doc = openDraft(readGood(fixture("jupyter-4.5.ipynb")));
    const { text } = writePercent(doc, "python");
    expect(text).toMatch(/^# ---\n# title: "A session"\n# ---\n\n# %% \[markdown\]\n# # Executed by ipykernel\n/);
    expect(python(text).draft.title).toBe("A session");

    const untouched = openDraft(python("# %%\n1\n", "my lab.py"));
    expect(writePercent(untouched, "python").text).toBe("# %%\n1\n");
    setTitle(untouched, 'A "new" title: $&');
    expect(writePercent(untouched, "python").text).toBe('# ---\n# title: "A \\"new\\" title: $&"\n# ---\n\n# %%\n1\n');
    expect(python(writePercent(untouched, "python").text).draft.title).toBe('A "new" title: $&');

    const titled = openDraft(python("# ---\n# title: 'It''s old'\n# author: Ana\n# ---\n\n# %%\n1\n"));
    expect(notebookJson(writeIpynb(titled, nothing).text).metadata["title"]).toBe("It's old");
    setTitle(titled, "New");
    expect(writePercent(titled, "python").text).toBe('# ---\n# title: "New"\n# author: Ana\n# ---\n\n# %%\n1\n');
  });
});

const README = `# Heading

Prose with \`\`\`inline\`\`\` and a fence that only shows something:

\`\`\`bash
npm start
\`\`\`

\`\`\`js
const a = \`x\`;
\`\`\`

\`\`\`python tags=["t"] editable=false
print(1)

\`\`\`

After.


Another cell.

<!-- #region {"a b": 1} -->
\`\`\`python
shown, not run
\`\`\`
<!-- \\#endregion -->
<!-- #endregion -->

<!-- #raw -->
\\LaTeX
<!-- #endraw -->
`;

describe("Markdown files", () => {
  it("are read: fences in programming languages are code cells, the rest is prose", () => {
    const read = markdown(README);
    expect(plain(read)).toEqual([
      [
        "markdown",
        "# Heading\n\nProse with ```inline``` and a fence that only shows something:\n\n```bash\nnpm start\n```",
        {},
      ],
      ["code", "javascript", "const a = `x`;", {}],
      ["code", "python", "print(1)\n", { tags: ["t"], editable: false }],
      ["markdown", "After.", {}],
      ["markdown", "Another cell.", {}],
      ["markdown", "```python\nshown, not run\n```\n<!-- #endregion -->", { "a b": 1 }],
      ["raw", "\\LaTeX", {}],
    ]);
    expect(read.draft.language).toBe("javascript");
    expect(read.draft.title).toBe("Heading");
  });

  it("come back as they were, but for short names of languages", () => {
    const doc = openDraft(markdown(README));
    const expected = README.replace("```js", "```javascript").replace('{"a b": 1}', '{"a b":1}');
    expect(writeMarkdown(doc).text).toBe(expected);
  });

  it("keep their front matter, and understand its title and language", () => {
    const text =
      "---\ntitle: Lab\njupyter:\n  kernelspec:\n    language: haskell\n---\n\ntext\n\n```haskell\nmain\n```\n";
    const read = markdown(text);
    expect([read.draft.title, read.draft.language]).toEqual(["Lab", "haskell"]);
    expect(plain(read)).toEqual([
      ["markdown", "text", {}],
      ["code", "haskell", "main", {}],
    ]);
    expect(writeMarkdown(openDraft(read)).text).toBe(text.replace("```haskell", "```haskell cell=true"));
  });

  it("are put so that prose never runs into its neighbours", () => {
    const cells = ["a", "```", "", "\n", "x\n\n\ny", "---\nt: 1\n---", "<!-- #region -->", "~~~js\n1", "# b"].map(
      (source) => ({ kind: "markdown" as const, language: "", source }),
    );
    const doc = open({ title: "", language: "javascript", cells });
    const again = markdown(writeMarkdown(doc).text);
    expect(again.draft.cells.map(({ source }) => source)).toEqual(cells.map(({ source }) => source));
    expect(again.draft.cells.every(({ kind }) => kind === "markdown")).toBe(true);
  });

  it("fence code so that the fences inside it are code", () => {
    const source = "s = '''\n```js\n````\n'''";
    const doc = open({ title: "", language: "python", cells: [{ kind: "code", language: "python", source }] });
    const { text } = writeMarkdown(doc);
    expect(text).toBe(`\`\`\`\`\`python\n${source}\n\`\`\`\`\`\n`);
    expect(plain(markdown(text))).toEqual([["code", "python", source, {}]]);
  });

  it("are read in time that grows with their length, whatever they hold", () => {
    const began = performance.now();
    for (const line of ["<!-- #region -->", "```", "```js", "~~~", "", "- x"]) {
      expect(readMarkdown(bytesOf(`${line}\n`.repeat(200_000))).ok).toBe(true);
    }
    const fence = markdown(`\`\`\`\n${"x\n".repeat(500_000)}`);
    expect(fence.draft.cells).toHaveLength(1);
    const ticks = markdown(`\`\`\`js\n${"`a".repeat(500_000)}\n`);
    expect(writeMarkdown(openDraft(ticks)).text).toHaveLength(1_000_000 + "```javascript\n\n```\n".length);
    expect(performance.now() - began).toBeLessThan(8_000);
  });
});

describe("cell options", () => {
  it.each([
    [{}, ""],
    [{ tags: ["a"], n: 1.5, o: { x: "y z" } }, 'tags=["a"] n=1.5 o={"x":"y z"}'],
    [{ "a b": true }, '{"a b":true}'],
    [{ s: 'x" ]}> `tick` -->' }, 's="x\\" ]}\\u003e \\u0060tick\\u0060 --\\u003e"'],
    [{ collapsed: true, execution: {}, kept: null }, "kept=null"],
  ])("%j are written %j", (metadata, text) => {
    expect(writeOptions(metadata)).toBe(text);
  });

  it.each([
    ["", {}, ""],
    ["A title", {}, "A title"],
    ["A title x=1", { x: 1 }, "A title"],
    ['{"a": [1]}', { a: [1] }, ""],
    ['x=1 y="a b" z={"k": [1, 2]}', { x: 1, y: "a b", z: { k: [1, 2] } }, ""],
    ["x=unquoted", {}, "x=unquoted"],
    ["x=1 broken", {}, "x=1 broken"],
    ["{not json}", {}, "{not json}"],
    ["__proto__=1", {}, "__proto__=1"],
  ])("%j are read", (text, metadata, title) => {
    expect(readOptions(text)).toEqual({ metadata, title });
  });
});
