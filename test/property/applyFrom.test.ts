// Two ways bring one document's updates in any order, each some of them, some twice. Who stands at the end of a way is given
// what did not come by it, and so must always have all that the document has.

import fc from "fast-check";
import * as Y from "yjs";
import { expect, it } from "vitest";
import { applyFrom } from "#shared/notebook/applyFrom.ts";
import { checkProperty } from "../support/property.ts";
import { contains } from "../support/SyncWorld.ts";

const edit = fc.record({ writer: fc.nat(2), at: fc.nat(), isDeletion: fc.boolean(), heard: fc.boolean() });
const arrival = fc.record({ which: fc.nat(), way: fc.constantFrom("left" as const, "right" as const) });
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

it("says under a way's origin only what came that way", async () => {
  await checkProperty(
    "apply from",
    300,
    fc.asyncProperty(
      fc.array(edit, { minLength: 1, maxLength: 12 }),
      fc.array(arrival, { maxLength: 30 }),
      (edits, arrivals) => {
        const updates = written(edits);
        const doc = new Y.Doc();
        const ends = { left: new Y.Doc(), right: new Y.Doc() };
        doc.on("update", (update: Uint8Array, origin: unknown) => {
          for (const [way, end] of Object.entries(ends)) if (origin !== way) Y.applyUpdate(end, update);
        });
        for (const { which, way } of arrivals) {
          const update = updates[which % updates.length]!;
          Y.applyUpdate(ends[way], update);
          applyFrom(doc, update, way);
          expect([contains(ends.left, doc), contains(ends.right, doc)]).toEqual([true, true]);
        }
        for (const update of updates) applyFrom(doc, update, "left");
        expect(doc.getText().toJSON()).toBe(whole(updates).getText().toJSON());
        expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null]);
        return Promise.resolve();
      },
    ),
  );
});

/** What three people write, each alone or after hearing the others, as updates. */
function written(edits: readonly Edit[]): readonly Uint8Array[] {
  const docs = [1, 2, 3].map((client) => Object.assign(new Y.Doc(), { clientID: client }));
  const updates: Uint8Array[] = [];
  for (const doc of docs) {
    doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== "heard") updates.push(update);
    });
  }
  for (const { writer, at, isDeletion, heard } of edits) {
    const doc = docs[writer]!;
    if (heard) for (const update of [...updates]) Y.applyUpdate(doc, update, "heard");
    const text = doc.getText();
    if (isDeletion && text.length > 0) text.delete(at % text.length, 1);
    else text.insert(at % (text.length + 1), "ab");
  }
  return updates;
}

function whole(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc;
}
