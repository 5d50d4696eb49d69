import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import type { CellId } from "#shared/base/ids.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { readIpynb } from "#shared/formats/ipynb/readIpynb.ts";
import { writeIpynb } from "#shared/formats/ipynb/writeIpynb.ts";
import { isMemo, setMemo } from "#shared/notebook/kept/memoMark.ts";
import { readCell } from "#shared/notebook/cell.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";

const A = "a" as CellId; // reason: a text that CellId.parse takes.

function notebook(metadata = {}): Y.Doc {
  const doc = new Y.Doc();
  createNotebook(doc, {
    title: "",
    language: "javascript",
    cells: [{ id: A, kind: "code", language: "javascript", source: "1", metadata }],
  });
  return doc;
}

describe("the mark of a cell whose result is kept", () => {
  it("comes and goes, and leaves what else is there", () => {
    const doc = notebook({ tags: ["x"], meshbook: { other: 1 } });
    expect(isMemo(doc, A)).toBe(false);
    setMemo(doc, A, true);
    expect([isMemo(doc, A), readCell(notebookRoots(doc).cells, A)!.metadata]).toEqual([
      true,
      { tags: ["x"], meshbook: { other: 1, memo: true } },
    ]);
    setMemo(doc, A, false);
    expect(readCell(notebookRoots(doc).cells, A)!.metadata).toEqual({ tags: ["x"], meshbook: { other: 1 } });
  });

  it("survives export to .ipynb and import", () => {
    const doc = notebook();
    setMemo(doc, A, true);
    const { text } = writeIpynb(doc, () => undefined);
    const read = readIpynb(new TextEncoder().encode(text));
    if (!read.ok) throw read.error;
    const other = new Y.Doc();
    createNotebook(other, read.value.draft);
    expect(isMemo(other, A)).toBe(true);
  });

  it("is none where a hostile peer put something else", () => {
    for (const meshbook of ["memo", null, { memo: "yes" }, [true]])
      expect(isMemo(notebook({ meshbook }), A)).toBe(false);
  });
});
