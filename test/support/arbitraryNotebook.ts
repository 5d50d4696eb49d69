import fc from "fast-check";
import type { RawEntry, RawJson, RawObject } from "#shared/formats/json/rawJson.ts";
import { rawString } from "#shared/formats/json/rawJson.ts";
import type { CellKind } from "#shared/notebook/cell.ts";
import type { SeedCell } from "#shared/notebook/createNotebook.ts";
import { rawJson, rawObject, textToken } from "./arbitraryJson.ts";

/** Lines that mean something to some format, and plain ones. */
const LINES = [
  ...[
    "",
    " ",
    "a",
    "x = 1",
    "# %%",
    "#%% b",
    "# # %% c",
    "// %%",
    "//%%",
    "%%time",
    "---",
    "# ---",
    "// ---",
    "# title",
  ],
  ...[
    "```",
    "```js",
    "```python x=1",
    "~~~",
    "````",
    "    ```js",
    "<!-- #region -->",
    "<!-- #endregion -->",
    "#",
    "//",
  ],
  ...["<!-- \\#raw -->", "<!-- #endraw -->", '"""', "'''", "title: x", "é漢🎈", "\u2028", "\x0c", "===", "- `a`"],
];

/** Sources as the document holds them: line breaks are `\n`. */
export const source = fc
  .oneof(
    fc.array(fc.constantFrom(...LINES), { maxLength: 6 }).map((lines) => lines.join("\n")),
    fc.string({ unit: "binary", maxLength: 12 }).map((text) => text.replaceAll("\r", "\n")),
  )
  .map((text) => text.replace(/\p{Surrogate}/gu, ""));

const metadata = fc
  .dictionary(
    fc.oneof(
      fc.constantFrom("tags", "name", "editable", "a b", "x-y", "title", "10", "toString"),
      fc.string({ maxLength: 4 }),
    ),
    fc.jsonValue({ maxDepth: 2 }),
    { maxKeys: 3 },
  )
  // Keys that mean a language, a moment or a prototype have tests of their own. A prototype may be meant at any depth.
  .map((record) => Object.entries(record).filter(([key]) => !/^(?:language|cell|vscode|collapsed|scrolled)$/.test(key)))
  .map(
    (entries) => JSON.parse(JSON.stringify(Object.fromEntries(entries), safeOnly)) as NonNullable<SeedCell["metadata"]>,
  );

/** Leaves out the keys that plain data never has (`rawToPlain`). */
function safeOnly(key: string, value: unknown): unknown {
  return key === "__proto__" || key === "constructor" ? undefined : value;
}

export const seedCell: fc.Arbitrary<SeedCell> = fc.record({
  kind: fc.constantFrom<CellKind>("code", "markdown", "raw"),
  language: fc.constantFrom("python", "javascript", "sql"),
  source,
  metadata,
});

const sourceToken = fc.oneof(
  textToken,
  fc.array(textToken, { maxLength: 4 }).map((items): RawJson => ({ items })),
);

const output = fc.oneof(
  rawObject,
  fc.tuple(sourceToken, rawObject).map(([text, extra]): RawObject => ({
    entries: [['"output_type"', '"stream"'], ['"text"', text], ['"name"', '"stdout"'], ...extra.entries],
  })),
);

const OTHER_KEYS = new Set(["cells", "metadata", "nbformat", "nbformat_minor", "worksheets"]);

function cellEntries(type: string, index: number, ids: boolean): fc.Arbitrary<readonly RawEntry[]> {
  const entry = (key: string, value: fc.Arbitrary<RawJson>): fc.Arbitrary<RawEntry> =>
    value.map((raw): RawEntry => [`"${key}"`, raw]);
  const always = [
    fc.constant<RawEntry>(['"cell_type"', `"${type}"`]),
    entry("source", sourceToken),
    entry("metadata", rawObject),
    ...(ids ? [fc.constant<RawEntry>(['"id"', `"cell-${index}"`])] : []),
  ];
  const code = [
    entry("execution_count", fc.oneof(fc.constant("null"), fc.nat(50).map(String), rawJson(true))),
    entry(
      "outputs",
      fc.array(output, { maxLength: 3 }).map((items): RawJson => ({ items })),
    ),
  ];
  const extra = fc.array(fc.tuple(fc.constantFrom('"attachments"', '"extra"', '"9"', '"1"'), rawJson(true)), {
    maxLength: 2,
  });
  return fc
    .tuple(fc.tuple(...always, ...(type === "code" ? code : [])), type === "code" ? fc.constant([]) : extra)
    .chain(([known, more]) => fc.shuffledSubarray([...known, ...more], { minLength: known.length + more.length }));
}

/** A notebook file of version 4 such as no tool would write and every tool must keep: any minor, any order of keys. */
export const notebookTree: fc.Arbitrary<{ readonly tree: RawObject; readonly minor: number }> = fc
  .tuple(
    fc.constantFrom(0, 2, 4, 5, 5, 6, 99),
    fc.array(fc.constantFrom("code", "code", "markdown", "raw", "slide"), { maxLength: 4 }),
  )
  .chain(([minor, types]) =>
    fc.tuple(
      fc.constant(minor),
      fc.tuple(...types.map((type, index) => cellEntries(type, index, minor >= 5))),
      rawObject,
      fc.array(fc.tuple(textToken, rawJson(true)), { maxLength: 2 }),
    ),
  )
  .chain(([minor, cells, top, extra]) => {
    const others = extra.filter(([token]) => !OTHER_KEYS.has(rawString(token) ?? ""));
    const entries: RawEntry[] = [
      ['"cells"', { items: cells.map((one) => ({ entries: one })) }],
      ['"metadata"', top],
      ['"nbformat"', "4"],
      ['"nbformat_minor"', String(minor)],
      ...others,
    ];
    return fc
      .shuffledSubarray(entries, { minLength: entries.length })
      .map((shuffled) => ({ tree: { entries: shuffled }, minor }));
  });
