import { describe, expect, it } from "vitest";
import { CellId } from "#shared/base/ids.ts";
import { NESTING_LIMIT } from "#shared/formats/json/parseRawJson.ts";
import { readIpynb } from "#shared/formats/ipynb/readIpynb.ts";
import { writeIpynb } from "#shared/formats/ipynb/writeIpynb.ts";
import { INLINE_OUTPUT_LIMIT, OUTPUT_COUNT_LIMIT } from "#shared/notebook/runRecord.ts";
import { bytesOf, fixture, openDraft, readGood, textOf } from "../../../../support/fixtures.ts";

const notebook = (cells: readonly unknown[], top: object = {}): Uint8Array =>
  bytesOf(JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5, ...top }));

const code = (source: unknown, rest: object = {}): object => ({
  cell_type: "code",
  execution_count: null,
  id: "c1",
  metadata: {},
  outputs: [],
  source,
  ...rest,
});

function refusal(bytes: Uint8Array): string {
  const read = readIpynb(bytes);
  return read.ok ? "accepted" : read.error.message;
}

describe("readIpynb", () => {
  it("reads what Jupyter executed: cells, sources, counts, outputs", () => {
    const { draft, warnings } = readGood(fixture("jupyter-4.5.ipynb"));
    expect(draft.title).toBe("A session");
    expect(draft.language).toBe("python");
    expect(draft.cells.map(({ kind, run }) => [kind, run?.count, run?.outputs.map(({ mime }) => mime)])).toEqual([
      ["markdown", undefined, undefined],
      ["code", 1, expect.arrayContaining(["application/vnd.jupyter.stdout", "application/vnd.jupyter.stderr"])],
      ["code", 2, ["text/plain"]],
      [
        "code",
        3,
        expect.arrayContaining(["text/html", "text/markdown", "text/latex", "image/svg+xml", "application/json"]),
      ],
      ["code", 4, ["image/png"]],
      ["code", 5, ["text/plain"]],
      ["code", 6, ["application/vnd.jupyter.error"]],
      ["code", undefined, undefined],
      ["raw", undefined, undefined],
      ["code", 7, ["application/vnd.jupyter.stdout"]],
    ]);
    expect(draft.cells[1]?.source).toBe("import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')");
    expect(draft.cells[1]?.run?.status).toBe("imported");
    expect(warnings).toEqual([]);
  });

  it("puts outputs up to the limit into the document and larger ones into blobs, counted in bytes", () => {
    const text = (length: number): object => ({ output_type: "stream", name: "stdout", text: "é".repeat(length) });
    const overhead = new TextEncoder().encode(JSON.stringify(text(0))).length;
    const fits = (INLINE_OUTPUT_LIMIT - overhead) / 2;
    const { draft, blobs } = readGood(notebook([code("", { outputs: [text(fits), text(fits + 1), text(fits + 1)] })]));
    const refs = draft.cells[0]?.run?.outputs ?? [];
    expect(refs.map(({ size, inline }) => [size, inline === undefined])).toEqual([
      [INLINE_OUTPUT_LIMIT, false],
      [INLINE_OUTPUT_LIMIT + 2, true],
      [INLINE_OUTPUT_LIMIT + 2, true],
    ]);
    expect(blobs.map(({ hash, bytes }) => [hash, JSON.parse(textOf(bytes)) as unknown])).toEqual([
      [refs[1]!.hash, text(fits + 1)],
    ]);
  });

  it("keeps outputs beyond the number a run may refer to, in one last body", () => {
    const outputs = Array.from({ length: OUTPUT_COUNT_LIMIT + 7 }, (_, i) => ({ output_type: "x", i }));
    const { draft, blobs } = readGood(notebook([code("", { outputs })]));
    const refs = draft.cells[0]?.run?.outputs ?? [];
    expect(refs).toHaveLength(OUTPUT_COUNT_LIMIT);
    const last = refs.at(-1)!;
    const body = last.inline ?? textOf(blobs.find(({ hash }) => hash === last.hash)!.bytes);
    expect(JSON.parse(body)).toEqual(outputs.slice(OUTPUT_COUNT_LIMIT - 1));
  });

  it("gives bodies that JSON.parse reads even where the file has NaN", () => {
    const { draft, warnings } = readGood(fixture("nan-4.5.ipynb"));
    const bodies = draft.cells[1]?.run?.outputs.map(({ inline }): unknown => JSON.parse(inline!));
    expect(bodies?.at(-1)).toMatchObject({ data: { "application/json": { nan: null, all: [null, null, 1] } } });
    expect(warnings).toEqual(["cell 2 held NaN or Infinity, which are no JSON; shown as nothing, kept for export"]);
  });

  it("makes line breaks and half characters such as every editor and replica has them", () => {
    const { draft } = readGood(notebook([code(["a\r\n", "b\rc\u2028d\n", "\ud800"])]));
    expect(draft.cells[0]?.source).toBe("a\nb\nc\u2028d\n\ufffd");
  });

  it("takes languages from language_info, kernelspec and VS Code", () => {
    const language = (metadata: object, cell: object = {}): unknown => {
      const { draft } = readGood(notebook([code("", { metadata: cell })], { metadata }));
      return [draft.language, draft.cells[0]?.language];
    };
    expect(language({})).toEqual(["python", "python"]);
    expect(language({ language_info: { name: "JavaScript" } })).toEqual(["javascript", "javascript"]);
    expect(language({ kernelspec: { name: "deno", display_name: "Deno" } })).toEqual(["typescript", "typescript"]);
    expect(language({ kernelspec: { name: "x", language: "R" } }, { vscode: { languageId: "sql" } })).toEqual([
      "r",
      "sql",
    ]);
  });

  it("titles a notebook by its metadata, its first heading, or its file", () => {
    const markdown = (source: string): object => ({ cell_type: "markdown", id: "m", metadata: {}, source });
    const title = (cells: readonly object[], metadata: object, name: string): string => {
      const read = readIpynb(notebook(cells, { metadata }), name);
      return read.ok ? read.value.draft.title : "";
    };
    const cells = [markdown("```\n# no\n```\n## no\n# A **bold** [link](http://x) #\n# not this")];
    expect(title(cells, { title: " Given " }, "lab.ipynb")).toBe("Given");
    expect(title(cells, { title: 5 }, "lab.ipynb")).toBe("A bold link");
    expect(title([markdown("Under\n===")], {}, "lab.ipynb")).toBe("Under");
    expect(title([markdown("text"), markdown("# late")], {}, "/home/ana/lab 1.v2.ipynb")).toBe("lab 1.v2");
    expect(title([], {}, "")).toBe("");
  });
});

describe("cell ids on import", () => {
  it("repairs missing, doubled and misspelt ids of 4.5 files, with warnings", () => {
    const { draft, warnings } = readGood(fixture("broken-ids-4.5.ipynb"));
    const ids = draft.cells.map(({ id }) => id);
    expect(ids[0]).toBe("same");
    expect(new Set(ids).size).toBe(5);
    expect(ids.every((id) => CellId.parse(id) !== undefined)).toBe(true);
    expect(warnings).toEqual([
      "cell 3 had no id and got one",
      "cell 4 had an id that the format does not allow and got a new one",
      "cells 2 and 5 had the id of an earlier cell and got a new one",
    ]);
  });

  it("makes the same ids whoever reads, takes Colab's, and says nothing of older files", () => {
    const first = readGood(fixture("jupyter-4.4.ipynb"));
    expect(readGood(fixture("jupyter-4.4.ipynb"))).toEqual(first);
    expect(first.warnings).toEqual([]);
    expect(readGood(fixture("colab-4.0.ipynb")).draft.cells[1]?.id).toBe("-Rh3_01Nev9T");
  });

  it("keeps the ids of other cells when one is inserted above", () => {
    const cell = (source: string): object => ({ cell_type: "markdown", metadata: {}, source });
    const old = { nbformat_minor: 4 };
    const before = readGood(notebook([cell("a"), cell("b"), cell("a")], old)).draft.cells.map(({ id }) => id);
    const after = readGood(notebook([cell("new"), cell("a"), cell("b"), cell("a")], old)).draft.cells.map(
      ({ id }) => id,
    );
    expect(after.slice(1)).toEqual(before);
  });

  it("never gives an id that is a trap for JavaScript objects", () => {
    const { draft } = readGood(notebook([code("", { id: "__proto__" })]));
    expect(draft.cells[0]?.id).not.toBe("__proto__");
  });
});

describe("malformed notebooks are refused with reason and place", () => {
  it.each([
    ["", "the file is empty; make a new notebook in the library instead"],
    [" \n\t ", "the file is empty; make a new notebook in the library instead"],
    ["<!DOCTYPE html><html>", "this is a web page, not a notebook; download the notebook file itself"],
    ['{"cells": [}', 'line 1, column 12: expected a value, found "}"'],
    ["[]", "top level: a notebook must be an object"],
    ["{}", "top level: `nbformat` is missing or is no number: this is no Jupyter notebook"],
    ['{"nbformat":"4"}', "top level: `nbformat` is missing or is no number: this is no Jupyter notebook"],
    ['{"nbformat":5}', "top level: nbformat 5 is newer than this program knows (4); update it, or save as version 4"],
    ['{"nbformat":1}', "top level: nbformat 1 is older than can be read (2); convert it by `jupyter nbconvert` first"],
    ['{"nbformat":4}', "top level: `cells` must be a list"],
    ['{"nbformat":3,"worksheets":{}}', "top level: `worksheets` must be a list"],
    ['{"nbformat":4,"cells":[],"metadata":[]}', "top level: `metadata` of the notebook must be an object"],
    ['{"nbformat":4,"nbformat_minor":"x","cells":[]}', "top level: `nbformat_minor` must be a number"],
    ['{"nbformat":4,"nbformat_minor":1.5,"cells":[]}', "top level: `nbformat_minor` must be a number"],
  ])("%j", (text, message) => {
    expect(refusal(bytesOf(text))).toBe(message);
  });

  it.each([
    [5, "cell 2: a cell must be an object"],
    [{}, "cell 2: `cell_type` is missing or is no text"],
    [code(5), "cell 2: `source` must be a text or a list of texts"],
    [code(["a", 1]), "cell 2: `source` must be a text or a list of texts"],
    [code("", { metadata: [] }), "cell 2: `metadata` must be an object"],
    [code("", { outputs: {} }), "cell 2: `outputs` must be a list"],
    [code("", { outputs: [{}, null] }), "cell 2, output 2: an output must be an object"],
  ])("a second cell like %j", (cell, message) => {
    expect(refusal(notebook([code("fine"), cell]))).toBe(message);
  });

  it("is said of files that are not UTF-8, with the place of the first wrong byte", () => {
    expect(refusal(new Uint8Array([0x7b, 0x0a, 0x22, 0xe9, 0x22]))).toBe(
      "line 2, column 2: the file is not UTF-8 text; save it as UTF-8 and try again",
    );
    expect(refusal(new Uint8Array([0xff, 0xfe, 0x7b, 0x00]))).toContain("UTF-16");
  });
});

describe("hostile notebooks", () => {
  it("cannot reach prototypes by keys", () => {
    const text =
      '{"cells":[{"cell_type":"code","id":"a","metadata":{"__proto__":{"x":1},"constructor":{"prototype":{}}},' +
      '"source":"","outputs":[{"output_type":"display_data","data":{"__proto__":"y"},"metadata":{}}],' +
      '"execution_count":1}],"metadata":{"__proto__":{"title":"no"}},"nbformat":4,"nbformat_minor":5,"__proto__":[]}';
    const { draft } = readGood(bytesOf(text));
    expect(Object.getPrototypeOf(draft.cells[0]?.metadata)).toBe(Object.prototype);
    expect(Object.keys(draft.cells[0]?.metadata ?? {})).toEqual([]);
    expect(draft.title).toBe("");
    expect(writeIpynb(openDraft({ draft }), () => undefined).text).toBe(text);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("are refused when nested without end, wherever", () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    const text = `{"cells":[],"metadata":{"x":${deep}},"nbformat":4,"nbformat_minor":5}`;
    expect(refusal(bytesOf(text))).toContain(`values are nested more than ${NESTING_LIMIT} deep`);
  });

  it("may hold a source, an output or a key of 30 MB", () => {
    const long = "x".repeat(30_000_000);
    const { draft, blobs } = readGood(
      notebook([
        code(long, { outputs: [{ output_type: "stream", name: "stdout", text: long }], metadata: { [long]: 1 } }),
      ]),
    );
    expect(draft.cells[0]?.source.length).toBe(long.length);
    expect(blobs[0]!.bytes.length).toBeGreaterThan(long.length);
  });

  it("may hold very many cells, outputs and keys", () => {
    const many = Array.from({ length: 20_000 }, (_, i) => code("same", { id: `id${i % 10}`, outputs: [] }));
    expect(readGood(notebook(many)).draft.cells).toHaveLength(20_000);
  });
});
