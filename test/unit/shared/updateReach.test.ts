import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { CellId, RunId } from "#shared/base/ids.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { beginRun, endRun } from "#shared/notebook/editRuns.ts";
import { writeOutputsSoFar } from "#shared/notebook/outputsSoFar.ts";
import { parseRunRecord } from "#shared/notebook/runRecord.ts";
import { RUN_ROOTS, staysWithin } from "#shared/notebook/updateReach.ts";
import { checkProperty } from "../../support/property.ts";

const NAMES = ["runs", "cells", "meta"] as const;

interface Edit {
  readonly root: (typeof NAMES)[number];
  readonly key: string;
  readonly kind: "set" | "delete" | "type" | "nested";
}

/** Changes a document as a member would; says which roots it touched. */
function edit(doc: Y.Doc, edits: readonly Edit[]): ReadonlySet<string> {
  const touched = new Set<string>();
  doc.on("afterTransaction", ({ changed }: Y.Transaction) => {
    for (const type of changed.keys()) touched.add(rootOf(doc, type));
  });
  for (const { root, key, kind } of edits) {
    const map = doc.getMap(root);
    const value = map.get(key);
    if (kind === "set") map.set(key, { some: key });
    else if (kind === "delete") map.delete(key);
    else if (kind === "type") map.set(key, new Y.Text(key));
    else if (value instanceof Y.Text) value.insert(value.length, "more");
  }
  return touched;
}

function rootOf(doc: Y.Doc, given: unknown): string {
  let type = given as Y.AbstractType<unknown>;
  while (type._item !== null) type = type._item.parent as Y.AbstractType<unknown>;
  return [...doc.share].find(([, known]) => known === type)![0];
}

const arbitraryEdits = fc.array(
  fc.record({
    root: fc.constantFrom(...NAMES),
    key: fc.constantFrom("a", "b", "c"),
    kind: fc.constantFrom("set" as const, "delete" as const, "type" as const, "nested" as const),
  }),
  { maxLength: 8 },
);

describe("staysWithin", () => {
  it("agrees with what Yjs changes when it applies the update", async () => {
    await checkProperty(
      "static judgement equals the effect",
      400,
      fc.property(arbitraryEdits, arbitraryEdits, fc.boolean(), (before, after, whole) => {
        const host = new Y.Doc();
        edit(host, before);
        const member = new Y.Doc();
        Y.applyUpdate(member, Y.encodeStateAsUpdate(host));
        const known = Y.encodeStateVector(host);
        const touched = edit(member, after);
        const update = Y.encodeStateAsUpdate(member, whole ? undefined : known);
        expect(staysWithin(host, update, [])).toBe(touched.size === 0);
        if (staysWithin(host, update, ["runs"])) expect([...touched].every((root) => root === "runs")).toBe(true);
        // Types within types leave structs behind that do not say where they stood; runs are plain values.
        if ([...before, ...after].some(({ kind }) => kind === "type")) return;
        expect(staysWithin(host, update, ["runs"])).toBe([...touched].every((root) => root === "runs"));
        expect(staysWithin(host, update, NAMES)).toBe(true);
      }),
    );
  });

  it("calls nothing within that it cannot tell: garbage, gaps, what the document lacks", async () => {
    const host = new Y.Doc();
    edit(host, [{ root: "runs", key: "a", kind: "set" }]);
    const member = new Y.Doc();
    member.getMap("runs").set("b", 1);
    const late: Uint8Array[] = [];
    member.on("update", (update: Uint8Array) => late.push(update));
    member.getMap("runs").set("b", 2);
    expect(staysWithin(host, late[0]!, ["runs"])).toBe(false);
    member.getMap("runs").delete("b");
    expect(staysWithin(host, late[1]!, ["runs"])).toBe(false);
    expect(staysWithin(host, Y.encodeStateAsUpdate(member), ["runs"])).toBe(true);
    await checkProperty(
      "garbage stays outside, quickly",
      300,
      fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => {
        let applies = true;
        try {
          Y.decodeUpdate(garbage);
        } catch {
          applies = false;
        }
        if (!applies) expect(staysWithin(host, garbage, NAMES)).toBe(false);
      }),
    );
  });

  it("lets nobody continue the client id of somebody who wrote elsewhere", () => {
    const host = new Y.Doc();
    const editor = new Y.Doc();
    editor.getMap("cells").set("a", 1);
    Y.applyUpdate(host, Y.encodeStateAsUpdate(editor));
    const thief = new Y.Doc();
    Y.applyUpdate(thief, Y.encodeStateAsUpdate(host));
    thief.clientID = editor.clientID;
    thief.getMap("runs").set("a", 1);
    expect(staysWithin(host, Y.encodeStateAsUpdate(thief, Y.encodeStateVector(host)), ["runs"])).toBe(false);
  });

  it("lets who may run cells write what a run gives, at its end and until then, and nothing else", () => {
    const host = new Y.Doc();
    createNotebook(host, { title: "", language: "javascript", cells: [] });
    const runner = new Y.Doc();
    Y.applyUpdate(runner, Y.encodeStateAsUpdate(host));
    const cell = CellId.create();
    const record = parseRunRecord({ run: RunId.create(), status: "began" })!;
    const steps: Uint8Array[] = [];
    runner.on("update", (update: Uint8Array) => steps.push(update));
    beginRun(runner, cell, record);
    for (let time = 0; time < 2; time++) writeOutputsSoFar(runner, cell, { run: record.run, outputs: [] });
    endRun(runner, cell, { ...record, status: "ok" });
    expect(steps).toHaveLength(4);
    for (const update of steps) {
      expect(staysWithin(host, update, RUN_ROOTS)).toBe(true);
      Y.applyUpdate(host, update);
    }
    runner.getMap("cells").set(cell, "x");
    expect(staysWithin(host, steps[4]!, RUN_ROOTS)).toBe(false);
  });

  it("is not slowed by the same deletion said very often", () => {
    const host = new Y.Doc();
    const text = host.getMap("cells").set("t", new Y.Text());
    for (let at = 0; at < 5_000; at++) text.insert(0, "x");
    host.getMap("cells").delete("t");
    const update = new Uint8Array(Y.encodeStateAsUpdate(host));
    const started = performance.now();
    for (let again = 0; again < 10; again++) expect(staysWithin(host, update, [])).toBe(true);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
