import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { CellId, PeerId } from "#shared/base/ids.ts";
import { contentHashOfText } from "#shared/base/hash.ts";
import { unixMs } from "#shared/base/units.ts";
import { canonicalContent } from "#shared/notebook/canonical.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { readPosition } from "#shared/notebook/cellOrder.ts";
import { createNotebook, seedUpdate, type NotebookDraft } from "#shared/notebook/createNotebook.ts";
import { documentDigest, hasPendingUpdates } from "#shared/notebook/digest.ts";
import {
  deleteCells,
  insertCells,
  moveCells,
  restoreCells,
  setCellKind,
  setCellSource,
} from "#shared/notebook/editCells.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { CELL, documentState, META, notebookRoots } from "#shared/notebook/schema.ts";
import { carry, createReplica, syncAll, type Replica } from "../../../support/replicas.ts";

const ANA = { peer: PeerId.parse("AAAAAAAAAAAAAAAAAAAAAA")!, name: "Ana", at: unixMs(1_000) };

const draft = (...sources: string[]): NotebookDraft => ({
  title: "Lab",
  language: "javascript",
  cells: sources.map((source, index) => ({
    id: CellId.parse(`cell-${index}`)!,
    kind: "code",
    language: "javascript",
    source,
  })),
});

/** Two replicas of one notebook with cells `cell-0`, `cell-1`, … */
function pair(...sources: string[]): [Replica, Replica] {
  const seed = seedUpdate(contentHashOfText("pair"), draft(...sources));
  return [createReplica(seed), createReplica(seed)];
}

const cell = (index: number): CellId => CellId.parse(`cell-${index}`)!;
const sources = (doc: Y.Doc): string[] => readNotebook(doc).cells.map((each) => each.source);
const text = (doc: Y.Doc, id: CellId): Y.Text => cellSource(notebookRoots(doc).cells, id)!;

describe("cells of one notebook on two replicas that are apart", () => {
  it("keep typing in a cell that the other moves", () => {
    const [a, b] = pair("one", "two", "three");
    moveCells(a.doc, [cell(0)], "end");
    text(b.doc, cell(0)).insert(3, "!");
    syncAll([a, b]);
    expect(sources(a.doc)).toEqual(["two", "three", "one!"]);
    expect(sources(b.doc)).toEqual(sources(a.doc));
  });

  it("appear once when both move the same cell", () => {
    const [a, b] = pair("one", "two", "three");
    moveCells(a.doc, [cell(0)], "end");
    moveCells(b.doc, [cell(0)], { after: cell(1) });
    syncAll([a, b]);
    expect(sources(a.doc).filter((source) => source === "one")).toHaveLength(1);
    expect(sources(b.doc)).toEqual(sources(a.doc));
  });

  it("keep what was typed into a cell the other deleted, and give it back on restore", () => {
    const [a, b] = pair("one", "two");
    deleteCells(a.doc, [cell(0)], ANA);
    text(b.doc, cell(0)).insert(3, " more");
    syncAll([a, b]);
    expect(sources(b.doc)).toEqual(["two"]);
    expect(readNotebook(b.doc).deleted[0]).toMatchObject({ source: "one more", deleted: { name: "Ana" } });
    restoreCells(b.doc, [cell(0)]);
    syncAll([a, b]);
    expect(sources(a.doc)).toEqual(["one more", "two"]);
  });

  it("stay deleted when the other moves them", () => {
    const [a, b] = pair("one", "two");
    deleteCells(a.doc, [cell(0)], ANA);
    moveCells(b.doc, [cell(0)], "end");
    syncAll([a, b]);
    expect(sources(a.doc)).toEqual(["two"]);
    expect(sources(b.doc)).toEqual(["two"]);
  });

  it("keep both edits when both type into one cell, also through a whole-text replacement", () => {
    const [a, b] = pair("let x = 1;");
    setCellSource(a.doc, cell(0), "let x = 1;\nlet y = 2;");
    setCellSource(b.doc, cell(0), "// note\nlet x = 1;");
    syncAll([a, b]);
    expect(sources(a.doc)).toEqual(["// note\nlet x = 1;\nlet y = 2;"]);
    expect(sources(b.doc)).toEqual(sources(a.doc));
  });

  it("both appear when both insert at one place, in one order on both, and more can be put between", () => {
    const [a, b] = pair("one", "two");
    const place = { after: cell(0) };
    insertCells(a.doc, place, [{ kind: "code", language: "javascript", source: "from a" }]);
    insertCells(b.doc, place, [{ kind: "code", language: "javascript", source: "from b" }]);
    syncAll([a, b]);
    expect([...sources(a.doc)].sort()).toEqual(["from a", "from b", "one", "two"]);
    expect(sources(b.doc)).toEqual(sources(a.doc));
    insertCells(a.doc, { after: readNotebook(a.doc).cells[1]!.id }, [{ kind: "raw", language: "", source: "between" }]);
    expect(sources(a.doc)[2]).toBe("between");
  });
});

describe("positions", () => {
  it("are re-keyed when two cells have the same one and a third goes between them", () => {
    const [a] = pair("one", "two", "three");
    const { cells } = notebookRoots(a.doc);
    const same = readPosition(cells, cell(0));
    (cells.get(cell(1)) as Y.Map<unknown>).set(CELL.position, same);
    insertCells(a.doc, { after: cell(0) }, [{ kind: "code", language: "", source: "between" }]);
    expect(sources(a.doc)).toEqual(["one", "between", "two", "three"]);
  });

  it.each(["", "not a key!", "a0".padEnd(1_000, "V"), 7])("recover from %j written by a hostile peer", (position) => {
    const [a] = pair("one", "two", "three");
    (notebookRoots(a.doc).cells.get(cell(1)) as Y.Map<unknown>).set(CELL.position, position);
    const before = sources(a.doc);
    const [inserted] = insertCells(a.doc, { after: cell(1) }, [{ kind: "code", language: "", source: "new" }]);
    const after = sources(a.doc);
    expect(after.filter((source) => source !== "new")).toEqual(before);
    expect(after[after.indexOf("two") + 1]).toBe("new");
    expect(readPosition(notebookRoots(a.doc).cells, inserted!).length).toBeLessThan(128);
  });

  it("stay short when a thousand cells are inserted at one place", () => {
    const [a] = pair("one", "two");
    for (let i = 0; i < 1_000; i++) {
      insertCells(a.doc, { after: cell(0) }, [{ kind: "code", language: "", source: String(i) }]);
    }
    const { cells } = notebookRoots(a.doc);
    const lengths = readNotebook(a.doc).cells.map(({ id }) => readPosition(cells, id).length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(128);
    expect(sources(a.doc).slice(0, 3)).toEqual(["one", "999", "998"]);
  });
});

describe("a notebook", () => {
  it("is created once", () => {
    const doc = new Y.Doc();
    createNotebook(doc, draft("one"));
    expect(() => createNotebook(doc, draft("two"))).toThrow(/already holds/);
  });

  it("is absent, not empty, until something has arrived", () => {
    expect(documentState(new Y.Doc())).toBe("absent");
  });

  it("imported from one file on two peers has the same bytes, and merges to one", () => {
    const hash = contentHashOfText("the file");
    const seedOfA = seedUpdate(hash, draft("one", "two"));
    const seedOfB = seedUpdate(hash, draft("one", "two"));
    expect(seedOfB).toEqual(seedOfA);
    const [a, b] = [createReplica(seedOfA), createReplica(seedOfB)];
    text(a.doc, cell(0)).insert(0, "a ");
    text(b.doc, cell(1)).insert(0, "b ");
    syncAll([a, b]);
    expect(sources(a.doc)).toEqual(["a one", "b two"]);
    expect(sources(b.doc)).toEqual(sources(a.doc));
    carry(seedOfA, a);
    expect(sources(a.doc)).toEqual(["a one", "b two"]);
  });

  it("is never edited under the client id of its import", () => {
    const hash = contentHashOfText("the file");
    const seeded = createReplica(seedUpdate(hash, draft("one")));
    text(seeded.doc, cell(0)).insert(0, "x");
    expect(seeded.doc.clientID).not.toBe(parseInt(hash.slice(0, 8), 16));
    expect(new Y.Doc().clientID).not.toBe(new Y.Doc().clientID);
  });

  it("keeps keys and cell kinds this code does not know", () => {
    const [a, b] = pair("one");
    (notebookRoots(a.doc).cells.get(cell(0)) as Y.Map<unknown>).set(CELL.kind, "hologram");
    (notebookRoots(a.doc).cells.get(cell(0)) as Y.Map<unknown>).set("depth", 3);
    notebookRoots(a.doc).meta.set("mood", "calm");
    syncAll([a, b]);
    expect(readNotebook(b.doc).cells[0]).toMatchObject({ kind: "raw", source: "one" });
    setCellSource(b.doc, cell(0), "two");
    syncAll([a, b]);
    expect(notebookRoots(a.doc).cells.toJSON()[cell(0)]).toMatchObject({ kind: "hologram", depth: 3, src: "two" });
    expect(notebookRoots(b.doc).meta.get("mood")).toBe("calm");
  });

  it("written for newer code is shown but not editable", () => {
    const [a] = pair("one");
    notebookRoots(a.doc).meta.set(META.minReader, 99);
    expect(documentState(a.doc)).toBe("too-new");
    expect(sources(a.doc)).toEqual(["one"]);
  });

  it.each([null, 7, "text", [], { src: "plain" }])("skips %j where a hostile peer put it instead of a cell", (junk) => {
    const [a] = pair("one");
    notebookRoots(a.doc).cells.set("junk", junk);
    notebookRoots(a.doc).cells.set("bad id!", new Y.Map());
    expect(sources(a.doc)).toEqual(["one"]);
    setCellKind(a.doc, CellId.parse("junk")!, "code");
    moveCells(a.doc, [CellId.parse("junk")!], "end");
    expect(sources(a.doc)).toEqual(["one"]);
  });
});

describe("setCellSource", () => {
  it("does not cut a character of two units in half", () => {
    const [a, b] = pair("a😀b");
    setCellSource(a.doc, cell(0), "a😃b");
    text(b.doc, cell(0)).insert(4, "!");
    syncAll([a, b]);
    expect(sources(a.doc)).toEqual(["a😃b!"]);
    expect(sources(b.doc)).toEqual(["a😃b!"]);
  });
});

describe("documentDigest", () => {
  it("agrees exactly when replicas hold the same edits and deletions", () => {
    const [a, b] = pair("one", "two");
    expect(documentDigest(a.doc)).toBe(documentDigest(b.doc));
    text(a.doc, cell(0)).delete(0, 1);
    expect(documentDigest(a.doc)).not.toBe(documentDigest(b.doc));
    syncAll([a, b]);
    expect(documentDigest(a.doc)).toBe(documentDigest(b.doc));
    expect(canonicalContent(a.doc)).toBe(canonicalContent(b.doc));
  });

  it("agrees whatever order updates came in", () => {
    const [a, b] = pair("one", "two");
    for (const char of "hello") text(a.doc, cell(0)).insert(0, char);
    text(a.doc, cell(1)).delete(0, 2);
    const c = createReplica();
    for (const update of [...a.made].reverse()) carry(update, c);
    expect(hasPendingUpdates(c.doc)).toBe(true);
    carry(Y.encodeStateAsUpdate(b.doc), c);
    expect(hasPendingUpdates(c.doc)).toBe(false);
    expect(documentDigest(c.doc)).toBe(documentDigest(a.doc));
  });
});
