import { expect, it } from "vitest";
import * as Y from "yjs";
import { applyFrom } from "#shared/notebook/applyFrom.ts";
import { hasPendingUpdates } from "#shared/notebook/digest.ts";

/** Three edits, each an update that builds on the one before: two words, and the first of them deleted. */
function edits(): readonly [Uint8Array, Uint8Array, Uint8Array] {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  doc.getText().insert(0, "one ");
  doc.getText().insert(4, "two");
  doc.getText().delete(0, 4);
  return [updates[0]!, updates[1]!, updates[2]!];
}

function watched(): { readonly doc: Y.Doc; readonly origins: unknown[]; readonly waits: boolean[] } {
  const doc = new Y.Doc();
  const origins: unknown[] = [];
  const waits: boolean[] = [];
  doc.on("update", (_update: Uint8Array, origin: unknown) => origins.push(origin));
  doc.on("afterAllTransactions", () => waits.push(hasPendingUpdates(doc)));
  return { doc, origins, waits };
}

it("gives what waited under an origin of nobody's", () => {
  const { doc, origins } = watched();
  const [first, second, deletion] = edits();
  applyFrom(doc, second, "mesh");
  applyFrom(doc, deletion, "mesh");
  expect(origins).toEqual([]);
  applyFrom(doc, first, "host");
  expect(origins[0]).toBe("host");
  expect(origins).toHaveLength(3);
  expect(origins.slice(1)).not.toContain("host");
  expect(doc.getText().toJSON()).toBe("two");
});

it("never looks whole while something waits", () => {
  const { doc, waits } = watched();
  const [first, second] = edits();
  const [unrelated] = edits();
  applyFrom(doc, second, "mesh");
  applyFrom(doc, unrelated, "host");
  expect(waits).toEqual([true, true]);
  applyFrom(doc, first, "host");
  expect(hasPendingUpdates(doc)).toBe(false);
});

it("keeps what waits when what comes is no update", () => {
  const { doc } = watched();
  const [first, second] = edits();
  applyFrom(doc, second, "mesh");
  expect(() => applyFrom(doc, new Uint8Array([7, 255, 255, 1]), "host")).toThrow();
  expect(hasPendingUpdates(doc)).toBe(true);
  applyFrom(doc, first, "host");
  expect(doc.getText().toJSON()).toBe("one two");
});
