import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { type CellId } from "#shared/base/ids.ts";
import { readIpynb } from "#shared/formats/ipynb/readIpynb.ts";
import { writeIpynb } from "#shared/formats/ipynb/writeIpynb.ts";
import { createNotebook, type SeedCell } from "#shared/notebook/createNotebook.ts";
import { setCellKind } from "#shared/notebook/editCells.ts";
import { beginRun, clearRuns } from "#shared/notebook/editRuns.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { createOutputRef } from "#shared/notebook/outputRef.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { CELL, META, notebookRoots } from "#shared/notebook/schema.ts";
import {
  bytesOf,
  changedLines,
  endedRun,
  fixture,
  idsOf,
  notebookJson,
  openDraft,
  openFixture,
  readGood,
} from "../../../../support/fixtures.ts";

const nothing = (): undefined => undefined;
describe("a notebook made here", () => {
  const cell = (source: string, rest: Partial<SeedCell> = {}): SeedCell => ({
    kind: "code",
    language: "javascript",
    source,
    ...rest,
  });

  function make(cells: readonly SeedCell[], title = "T"): Y.Doc {
    const doc = new Y.Doc();
    createNotebook(doc, { title, language: "javascript", cells });
    return doc;
  }

  it("is written in nbformat's canonical form", () => {
    // reason: a fixed id makes the expected text exact.
    const id = "abc" as CellId;
    const doc = make([cell("let a = 1;\n\nlet b = 'é';", { id, metadata: { z: 1, a: 2 } })]);
    expect(writeIpynb(doc, nothing).text).toBe(`{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "abc",
   "metadata": {
    "a": 2,
    "z": 1
   },
   "outputs": [],
   "source": [
    "let a = 1;\\n",
    "\\n",
    "let b = 'é';"
   ]
  }
 ],
 "metadata": {
  "language_info": {
   "file_extension": ".js",
   "mimetype": "text/javascript",
   "name": "javascript"
  },
  "title": "T"
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`);
  });

  it("writes outputs made here as nbformat writes them", () => {
    const doc = make([cell("x")]);
    const outputs: readonly CellOutput[] = [
      { output_type: "stream", name: "stdout", text: "a\nb\x0cc\u2028d" },
      {
        output_type: "execute_result",
        data: {
          "text/plain": "1\n2",
          "image/svg+xml": "<svg>\n</svg>",
          "application/javascript": "a\nb",
          "application/json": { z: "a\nb", a: [1] },
          "image/png": "AAA\nBBB",
        },
        metadata: {},
        execution_count: null,
      },
      { output_type: "error", ename: "E", evalue: "v", traceback: ["a\nb"] },
    ];
    beginRun(doc, idsOf(doc)[0]!, endedRun(outputs));
    const [written] = notebookJson(writeIpynb(doc, nothing).text).cells;
    expect(written!["execution_count"]).toBe(3);
    expect(JSON.stringify(written!["outputs"])).toBe(
      JSON.stringify([
        { name: "stdout", output_type: "stream", text: ["a\n", "b\x0c", "c\u2028", "d"] },
        {
          data: {
            "application/javascript": ["a\n", "b"],
            "application/json": { a: [1], z: "a\nb" },
            "image/png": "AAA\nBBB",
            "image/svg+xml": ["<svg>\n", "</svg>"],
            "text/plain": ["1\n", "2"],
          },
          execution_count: 3,
          metadata: {},
          output_type: "execute_result",
        },
        { ename: "E", evalue: "v", output_type: "error", traceback: ["a\nb"] },
      ]),
    );
  });

  it("puts a line in place of an output that nobody has, and says so", () => {
    const doc = make([cell("x"), cell("y")]);
    const big: CellOutput = { output_type: "stream", name: "stdout", text: "x".repeat(5_000) };
    const [, second] = idsOf(doc);
    beginRun(doc, second!, endedRun([big, { ...big, text: "here" }]));
    const written = writeIpynb(doc, nothing);
    const { outputs } = notebookJson(written.text).cells[1]!;
    const ref = readNotebook(doc).runs.get(second!)!.outputs[0]!;
    expect(outputs).toEqual([
      {
        output_type: "display_data",
        data: { "text/plain": [expect.stringContaining("application/vnd.jupyter.stdout, 4.9 KiB")] },
        metadata: { meshbook: { missing_output: { hash: ref.hash, mime: ref.mime, size: ref.size } } },
      },
      { name: "stdout", output_type: "stream", text: ["here"] },
    ]);
    expect(written.warnings).toEqual(["outputs of cell 2 were not at hand; a line in their place says so"]);
    const found = writeIpynb(doc, ({ hash }) => (hash === ref.hash ? JSON.stringify(big) : undefined));
    expect(found.warnings).toEqual([]);
  });

  it("does not write outputs or counts of cells that are no code any more, nor of cleared ones", () => {
    const doc = make([cell("x"), cell("y")]);
    const [first, second] = idsOf(doc);
    for (const id of [first!, second!])
      beginRun(doc, id, endedRun([{ output_type: "stream", name: "stdout", text: "a" }]));
    setCellKind(doc, first!, "markdown");
    clearRuns(doc, [second!]);
    const { cells } = notebookJson(writeIpynb(doc, nothing).text);
    expect(Object.keys(cells[0]!)).toEqual(["cell_type", "id", "metadata", "source"]);
    expect([cells[1]!["outputs"], cells[1]!["execution_count"]]).toEqual([[], null]);
  });

  it("replaces imported outputs and count by those of a run here", () => {
    const { doc, save, original } = openFixture("vscode-4.2.ipynb");
    const [, second] = idsOf(doc);
    beginRun(doc, second!, endedRun([{ output_type: "stream", name: "stdout", text: "new" }], { count: 9 }));
    const { removed, added } = changedLines(original, save());
    expect(added.map((line) => line.trim())).toEqual(expect.arrayContaining(['"execution_count": 9,', '"new"']));
    expect(removed.join()).toContain("three");
  });
});

describe("a document that another peer spoilt", () => {
  it("is written all the same", () => {
    const bad: unknown[] = [
      "text",
      5,
      { entries: 5 },
      { entries: [5] },
      { entries: [["source"]] },
      { entries: [['a"b', "1"]] },
      { entries: [["source", "not json"]] },
      { entries: [["metadata", "[["]], notJson: { 0: { 1: "evil" }, x: 5 } },
      {
        entries: ["cells", "cells", ["cells", "{}"], "nbformat"],
        style: { indent: "x" },
        layout: { of: 1, gaps: [5] },
      },
      { entries: [["nbformat_minor", "-3"]], title: 5, style: [] },
      "a shared type",
    ];
    for (const ipynb of bad) {
      const { doc, save } = openFixture("jupyter-4.5.ipynb");
      const { meta, cells } = notebookRoots(doc);
      const put = (): unknown => (ipynb === "a shared type" ? new Y.Map([["entries", new Y.Array()]]) : ipynb);
      meta.set(META.ipynb, put());
      for (const id of idsOf(doc)) {
        const map = cells.get(id) as Y.Map<unknown>;
        map.set(CELL.ipynb, put());
        map.set(CELL.metadata, ipynb === "a shared type" ? put() : [ipynb]);
      }
      const again = readIpynb(bytesOf(save()));
      expect(again.ok && again.value.draft.cells.map(({ source }) => source)).toEqual(
        readNotebook(doc).cells.map(({ source }) => source),
      );
    }
  });

  it("writes outputs that are no outputs as missing", () => {
    const doc = openDraft(readGood(fixture("jupyter-4.5.ipynb")));
    const refs = ["not json", "5", '"x"'].map((body) => createOutputRef(body, "").ref);
    beginRun(doc, idsOf(doc)[1]!, endedRun([], { outputs: refs }));
    const written = writeIpynb(doc, nothing);
    const { outputs } = notebookJson(written.text).cells[1]!;
    expect(outputs).toHaveLength(3);
    expect(written.warnings[0]).toMatch(/^outputs of cells 2/);
  });
});
