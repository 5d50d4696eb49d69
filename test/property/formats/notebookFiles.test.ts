import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type * as Y from "yjs";
import { PeerId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { parseRawJson } from "#shared/formats/json/parseRawJson.ts";
import { compactRawJson, printRawJson } from "#shared/formats/json/printRawJson.ts";
import { isRawArray, rawGet, type RawJson } from "#shared/formats/json/rawJson.ts";
import { joinRaw } from "#shared/formats/ipynb/lines.ts";
import { writeIpynb } from "#shared/formats/ipynb/writeIpynb.ts";
import { deleteCells, insertCells, moveCells, setCellSource, setTitle } from "#shared/notebook/editCells.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { jsonStyle, oddGaps } from "../../support/arbitraryJson.ts";
import { notebookTree, seedCell, source } from "../../support/arbitraryNotebook.ts";
import { bodiesOf, bytesOf, fixture, idsOf, NOTEBOOKS, openDraft, readGood } from "../../support/fixtures.ts";
import { checkProperty, LONG } from "../../support/property.ts";

// The long suite runs twenty times as many cases.
vi.setConfig({ testTimeout: LONG ? 900_000 : 60_000 });

function cellsOf(text: string): readonly RawJson[] {
  const parsed = parseRawJson(text.replace(/^\ufeff/, ""));
  const cells = parsed.ok ? rawGet(parsed.value, "cells") : undefined;
  if (cells === undefined || !isRawArray(cells)) throw new Error("no notebook");
  return cells.items;
}

describe("a notebook file", () => {
  it("comes back byte for byte through the document, whatever it holds", async () => {
    await checkProperty(
      "file round trip",
      600,
      fc.property(notebookTree, jsonStyle, oddGaps, ({ tree }, style, gaps) => {
        const text = (style.bom ? "\ufeff" : "") + printRawJson(tree, style, gaps);
        const read = readGood(bytesOf(text));
        expect(writeIpynb(openDraft(read), bodiesOf(read)).text).toBe(text);
      }),
    );
  });

  it("that came from a document is read and written the same again", async () => {
    await checkProperty(
      "document round trip",
      300,
      fc.property(fc.array(seedCell, { maxLength: 5 }), fc.string({ maxLength: 10 }), (cells, title) => {
        const draft = { title, language: "python", cells };
        const first = writeIpynb(openDraft({ draft }), () => undefined);
        const read = readGood(first.bytes);
        expect(read.warnings).toEqual([]);
        expect(
          read.draft.cells.map(({ kind, source, language }) => [kind, source, kind === "code" && language]),
        ).toEqual(cells.map(({ kind, source, language }) => [kind, source, kind === "code" && language]));
        expect(writeIpynb(openDraft(read), bodiesOf(read)).text).toBe(first.text);
      }),
    );
  });
});

type Edit =
  | { readonly do: "source"; readonly at: number; readonly text: string }
  | { readonly do: "move"; readonly at: number; readonly to: "start" | "end" }
  | { readonly do: "delete"; readonly at: number }
  | { readonly do: "insert"; readonly at: number }
  | { readonly do: "title"; readonly text: string };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ do: fc.constant("source" as const), at: fc.nat(20), text: source }),
  fc.record({
    do: fc.constant("move" as const),
    at: fc.nat(20),
    to: fc.constantFrom("start" as const, "end" as const),
  }),
  fc.record({ do: fc.constant("delete" as const), at: fc.nat(20) }),
  fc.record({ do: fc.constant("insert" as const), at: fc.nat(20) }),
  fc.record({ do: fc.constant("title" as const), text: fc.string({ maxLength: 8 }) }),
);

function apply(doc: Y.Doc, change: Edit): void {
  const ids = idsOf(doc);
  const id = "at" in change ? ids[change.at % Math.max(ids.length, 1)] : undefined;
  if (change.do === "title") setTitle(doc, change.text);
  if (id === undefined) return;
  if (change.do === "source") setCellSource(doc, id, change.text);
  if (change.do === "move") moveCells(doc, [id], change.to);
  if (change.do === "insert") insertCells(doc, { after: id }, [{ kind: "code", language: "", source: "new" }]);
  const by = { peer: PeerId.parse("A".repeat(22))!, name: "Ana", at: unixMs(1) };
  if (change.do === "delete") deleteCells(doc, [id], by);
}

/** A cell without the key that a new version of the file gives it. */
const withoutId = (cell: RawJson): RawJson =>
  typeof cell === "string" || isRawArray(cell) ? cell : { entries: cell.entries.filter(([key]) => key !== '"id"') };
const withoutSource = (cell: RawJson): RawJson =>
  typeof cell === "string" || isRawArray(cell) ? cell : { entries: cell.entries.filter(([key]) => key !== '"source"') };

/** Every cell that was not edited is in the file token for token; of the others all but the source. */
function checkEdited(bytes: Uint8Array, edits: readonly Edit[]): void {
  const read = readGood(bytes);
  const doc = openDraft(read);
  const before = writeIpynb(doc, bodiesOf(read)).text;
  const cells = new Map(
    readNotebook(doc).cells.map(({ id, source }, index) => [id, { raw: cellsOf(before)[index]!, source }]),
  );
  edits.forEach((change) => apply(doc, change));
  const written = cellsOf(writeIpynb(doc, bodiesOf(read)).text);
  const after = readNotebook(doc).cells;
  expect(written).toHaveLength(after.length);
  after.forEach(({ id, source }, index) => {
    const old = cells.get(id);
    const raw = written[index]!;
    if (old === undefined || old.source !== source) expect(joinRaw(rawGet(raw, "source")) ?? "").toBe(source);
    const same = old?.source === source ? withoutId : (cell: RawJson) => withoutId(withoutSource(cell));
    if (old !== undefined) expect(compactRawJson(same(raw))).toBe(compactRawJson(same(old.raw)));
  });
}

describe("editing a document that came from a file", () => {
  it("keeps the untouched rest of real files", async () => {
    await checkProperty(
      "edits of fixtures",
      150,
      fc.property(fc.constantFrom(...NOTEBOOKS), fc.array(edit, { maxLength: 6 }), (name, edits) =>
        checkEdited(fixture(name), edits),
      ),
    );
  });

  it("keeps the untouched rest of any file", async () => {
    await checkProperty(
      "edits of any file",
      300,
      fc.property(notebookTree, jsonStyle, fc.array(edit, { maxLength: 6 }), ({ tree }, style, edits) =>
        checkEdited(bytesOf(printRawJson(tree, style)), edits),
      ),
    );
  });
});
