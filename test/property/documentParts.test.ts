// Whatever a document has been through, its parts put it together again, whoever gives which of them, and none of them
// ever waits for another.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { cutUpdate } from "#shared/adapters/parts/cutUpdate.ts";
import { missingBytes, writePart } from "#shared/adapters/parts/writePart.ts";
import { documentDigest, hasPendingUpdates } from "#shared/notebook/digest.ts";
import { checkProperty } from "../support/property.ts";
import { createReplica, syncAll, type Replica } from "../support/replicas.ts";

type Step =
  | { readonly type: "type"; readonly who: number; readonly at: number; readonly text: string }
  | { readonly type: "cut" | "cell" | "value" | "delete"; readonly who: number; readonly at: number }
  | { readonly type: "sync"; readonly who: number; readonly at: number };

const who = fc.nat({ max: 3 });
const at = fc.nat({ max: 200 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant("type" as const),
    who,
    at,
    text: fc.string({ unit: fc.constantFrom("a", "é", "𝄞", "\n"), minLength: 1, maxLength: 60 }),
  }),
  fc.record({ type: fc.constantFrom("cut", "cell", "value", "delete"), who, at }),
  fc.record({ type: fc.constant("sync" as const), who, at }),
);

const one = <T>(list: readonly T[], index: number): T => list[index % list.length]!;

function perform(replicas: readonly Replica[], given: Step): void {
  const { doc } = one(replicas, given.who);
  const cells = doc.getMap<Y.Map<unknown>>("cells");
  const source = (): Y.Text | undefined => {
    const all = [...cells.values()];
    return all.length === 0 ? undefined : (one(all, given.at).get("src") as Y.Text);
  };
  switch (given.type) {
    case "cell": {
      const cell = new Y.Map<unknown>();
      cells.set(`c${given.at}`, cell);
      cell.set("src", new Y.Text());
      return;
    }
    case "type": {
      const text = source();
      return text?.insert(given.at % (text.length + 1), given.text);
    }
    case "cut": {
      const text = source();
      return text && text.length > 0 ? text.delete(given.at % text.length, 1) : undefined;
    }
    case "value":
      doc.getMap("meta").set(`k${given.at % 5}`, given.at);
      doc.getMap("runs").set(`c${given.at}`, { out: [given.at, "some text"], nested: { at: given.at } });
      return;
    case "delete":
      return cells.delete(`c${given.at}`);
    case "sync":
      return syncAll([one(replicas, given.who), one(replicas, given.at)]);
  }
}

/** Brings `to` up to `from` by parts of `limit` bytes; returns their sizes. */
function bringUp(from: Y.Doc, to: Y.Doc, limit: number, stopAfter = Infinity): readonly number[] {
  const sizes: number[] = [];
  for (let parts = 0; parts < stopAfter; parts++) {
    const vector = Y.encodeStateVector(to);
    const before = Y.decodeStateVector(vector);
    const part = writePart(from, before, limit);
    Y.applyUpdate(to, part?.update ?? Y.encodeStateAsUpdate(from, vector));
    if (part === undefined) return sizes;
    expect(hasPendingUpdates(to)).toBe(false);
    const after = Y.decodeStateVector(Y.encodeStateVector(to));
    expect([...after].some(([client, clock]) => clock > (before.get(client) ?? 0))).toBe(true);
    expect(after).toEqual(part.known);
    sizes.push(part.update.length);
  }
  return sizes;
}

describe("parts of a document", () => {
  it("put any document together, from several replicas that hold different ends of it", async () => {
    const property = fc.property(
      fc.array(step, { minLength: 5, maxLength: 120 }),
      fc.integer({ min: 1, max: 400 }),
      fc.nat({ max: 10 }),
      (steps, limit, cutAfter) => {
        const replicas = [createReplica(), createReplica(), createReplica(), createReplica()];
        perform(replicas, { type: "cell", who: 0, at: 0 });
        for (const given of steps) perform(replicas, given);
        const joiner = new Y.Doc();
        // The first is cut off; the second goes on from there; then the others give what only they have.
        bringUp(replicas[0]!.doc, joiner, limit, cutAfter);
        for (const { doc } of replicas) bringUp(doc, joiner, limit);
        syncAll(replicas);
        bringUp(replicas[1]!.doc, joiner, limit);
        expect(documentDigest(joiner)).toBe(documentDigest(replicas[0]!.doc));
        expect(joiner.getMap("cells").toJSON()).toEqual(replicas[0]!.doc.getMap("cells").toJSON());
        for (const root of ["meta", "runs"]) {
          expect(joiner.getMap(root).toJSON()).toEqual(replicas[0]!.doc.getMap(root).toJSON());
        }
      },
    );
    await checkProperty("document parts", 60, property);
  });

  it("are made of one large update, too, and bring it to whoever had everything before it", async () => {
    const property = fc.property(
      fc.array(step, { minLength: 1, maxLength: 60 }),
      fc.array(step, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 400 }),
      (before, together, limit) => {
        const writer = createReplica();
        perform([writer], { type: "cell", who: 0, at: 0 });
        for (const given of before) perform([writer], given);
        const reader = new Y.Doc();
        Y.applyUpdate(reader, Y.encodeStateAsUpdate(writer.doc));
        const parts: Uint8Array[] = [];
        writer.doc.on("update", (update: Uint8Array) => parts.push(...cutUpdate(writer.doc, update, limit)));
        writer.doc.transact(() => together.forEach((given) => perform([writer], given)));
        for (const part of parts) {
          Y.applyUpdate(reader, part);
          expect(hasPendingUpdates(reader)).toBe(false);
        }
        expect(documentDigest(reader)).toBe(documentDigest(writer.doc));
        expect(reader.getMap("cells").toJSON()).toEqual(writer.doc.getMap("cells").toJSON());
        expect(reader.getMap("runs").toJSON()).toEqual(writer.doc.getMap("runs").toJSON());
      },
    );
    await checkProperty("one update in parts", 60, property);
  });

  it("are as small as asked for where one update is a long text", () => {
    const doc = new Y.Doc();
    const parts: Uint8Array[] = [];
    doc.on("update", (update: Uint8Array) => parts.push(...cutUpdate(doc, update, 10_000)));
    doc.getText("t").insert(0, "some words ".repeat(10_000));
    expect(parts.length).toBeGreaterThan(10);
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(11_000);
  });

  it("are made of that update alone, also where its writer has gone on", () => {
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on("update", (update: Uint8Array) => updates.push(update));
    for (let at = 0; at < 5; at++) doc.getText("t").insert(0, `${at} word `.repeat(5_000));
    const parts = updates.flatMap((update) => cutUpdate(doc, update, 10_000));
    const size = updates.reduce((sum, { length }) => sum + length, 0);
    expect(parts.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(size * 1.5);
    const reader = new Y.Doc();
    for (const part of parts) Y.applyUpdate(reader, part);
    expect(reader.getText("t").toJSON()).toBe(doc.getText("t").toJSON());
  });

  it("are about as large as asked for, however long the text in one cell is", () => {
    const doc = new Y.Doc();
    doc.getText("t").insert(0, "𝄞x".repeat(100_000));
    const sizes = bringUp(doc, new Y.Doc(), 10_000);
    expect(Math.max(...sizes)).toBeLessThan(25_000);
    expect(sizes.length).toBeGreaterThan(10);
    const size = Y.encodeStateAsUpdate(doc).length;
    expect(sizes.reduce((sum, part) => sum + part, 0)).toBeLessThan(size * 1.01);
  });

  it("begin with the title, so that a notebook can be shown at once", () => {
    const doc = new Y.Doc();
    const others = createReplica();
    others.doc.getMap("cells").set("c", "x".repeat(10_000));
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(others.doc));
    doc.getMap("meta").set("title", "A large notebook");
    const joiner = new Y.Doc();
    bringUp(doc, joiner, 100, 1);
    expect(joiner.getMap("meta").toJSON()).toEqual({ title: "A large notebook" });
    const known = Y.decodeStateVector(Y.encodeStateVector(joiner));
    expect(missingBytes(doc, known)).toBeLessThan(missingBytes(doc, new Map()));
  });
});
