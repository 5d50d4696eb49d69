// What keeps the rows of a notebook few, however fast it was written.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { mergeRows } from "../../renderer/adapters/indexeddb/document/mergeRows.ts";
import { checkProperty } from "../support/property.ts";

const ROW = 256 * 1024;

/** Text that is inserted at a place, or undefined where one character is taken out. */
const edits = fc.array(
  fc.record({ at: fc.nat(1_000), text: fc.option(fc.constantFrom("a", "word ", "🙂", "x".repeat(100_000))) }),
  { maxLength: 120 },
);

function updatesOf(made: readonly { readonly at: number; readonly text: string | null }[]): [Y.Doc, Uint8Array[]] {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  const text = doc.getText("text");
  for (const { at, text: typed } of made) {
    if (typed !== null) text.insert(Math.min(at, text.length), typed);
    else if (text.length > 0) text.delete(at % text.length, 1);
  }
  return [doc, updates];
}

describe("merged rows", () => {
  it("say what the updates said, and are bounded by size, not by number", async () => {
    await checkProperty(
      "rows",
      60,
      fc.property(edits, (made) => {
        const [doc, updates] = updatesOf(made);
        const rows = mergeRows(updates);
        const read = new Y.Doc();
        for (const row of rows) Y.applyUpdate(read, row);
        expect(read.getText("text").toJSON()).toBe(doc.getText("text").toJSON());
        expect(Y.equalSnapshots(Y.snapshot(read), Y.snapshot(doc))).toBe(true);
        const size = updates.reduce((sum, update) => sum + update.length, 0);
        // Two neighbours together always exceed a row, else they would be one.
        expect(rows.length).toBeLessThanOrEqual(Math.floor((2 * size) / ROW) + 1);
      }),
    );
  });

  it("are one for thirty thousand keystrokes that waited for a slow disk", () => {
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on("update", (update: Uint8Array) => updates.push(update));
    for (let count = 0; count < 30_000; count++) doc.getText("text").insert(count, "x");
    expect(mergeRows(updates).length).toBeLessThanOrEqual(4);
  });
});
