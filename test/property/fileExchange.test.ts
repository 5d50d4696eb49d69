// Replicas that have nothing but files: whatever they edit, export and merge in whatever order, also files that are old
// or were merged before, they end where a network would have brought them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { contentHashOfText } from "#shared/base/hash.ts";
import { CellId, PeerId, RoomId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { mergeMeshbookFile } from "#shared/exchange/mergeMeshbookFile.ts";
import { readMeshbookFile } from "#shared/exchange/readMeshbookFile.ts";
import { writeMeshbookFile } from "#shared/exchange/writeMeshbookFile.ts";
import { canonicalContent } from "#shared/notebook/canonical.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { orderedCellIds } from "#shared/notebook/cellOrder.ts";
import { seedUpdate } from "#shared/notebook/createNotebook.ts";
import { documentDigest } from "#shared/notebook/digest.ts";
import { deleteCells, insertCells, moveCells, restoreCells } from "#shared/notebook/editCells.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { checkProperty } from "../support/property.ts";
import { carry, createReplica, syncAll, type Replica } from "../support/replicas.ts";

const ROOM = RoomId.create();
const ANA = { peer: PeerId.parse("AAAAAAAAAAAAAAAAAAAAAA")!, name: "Ana", at: unixMs(1_000) };

type Edit = "insert" | "move" | "delete" | "restore" | "type" | "cut";
type Step =
  | { readonly type: Edit; readonly who: number; readonly at: number; readonly to: number }
  | { readonly type: "export"; readonly who: number }
  | { readonly type: "merge"; readonly who: number; readonly pick: number };

const small = fc.nat({ max: 40 });
const who = fc.nat({ max: 2 });
const edits: readonly Edit[] = ["insert", "move", "delete", "restore", "type", "type", "type", "cut"];
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constantFrom(...edits), who, at: small, to: small }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("export" as const), who }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("merge" as const), who, pick: small }) },
);

const seed = seedUpdate(contentHashOfText("seed"), {
  title: "Lab",
  language: "javascript",
  cells: ["alpha", "beta", "gamma"].map((source, index) => ({
    id: CellId.parse(`cell-${index}`)!,
    kind: "code",
    language: "javascript",
    source,
  })),
});

const one = <T>(list: readonly T[], index: number): T => list[index % list.length]!;

const exported = ({ doc }: Replica): Promise<Uint8Array> =>
  writeMeshbookFile({ room: ROOM, doc, made: unixMs(0), blobs: [], leftOut: 0, key: undefined });

async function merge(file: Uint8Array, { doc }: Replica): Promise<void> {
  const read = await readMeshbookFile(file);
  if (!read.ok) throw read.error;
  const before = documentDigest(doc);
  const merged = mergeMeshbookFile(doc, read.value);
  expect(merged.news).toBe(documentDigest(doc) !== before);
  expect(mergeMeshbookFile(doc, read.value)).toMatchObject({ changes: 0, news: false });
  read.value.doc.destroy();
}

function edit(doc: Y.Doc, { type, at, to }: { type: Edit; at: number; to: number }, token: string): void {
  const { cells } = notebookRoots(doc);
  const order = orderedCellIds(cells);
  const cell = one(order, at);
  const source = cellSource(cells, cell);
  switch (type) {
    case "insert":
      return void insertCells(doc, to % 2 === 0 ? "end" : { after: cell }, [
        { kind: "code", language: "javascript", source: token },
      ]);
    case "move":
      return moveCells(doc, [cell], { after: one(order, to) });
    case "delete":
      return deleteCells(doc, [cell], ANA);
    case "restore":
      return restoreCells(doc, [cell]);
    case "type":
      return source?.insert(Math.min(to, source.length), token);
    case "cut":
      return source?.delete(Math.min(to, source.length), Math.min(2, source.length - Math.min(to, source.length)));
  }
}

describe("notebooks that travel only as files", () => {
  it("converge as they would over a network, whatever is merged when and how often", { timeout: 300_000 }, async () => {
    await checkProperty(
      "file exchange",
      60,
      fc.asyncProperty(fc.integer({ min: 2, max: 3 }), fc.array(step, { maxLength: 60 }), async (count, steps) => {
        const replicas = Array.from({ length: count }, () => createReplica(seed));
        const files: Uint8Array[] = [];
        let typed = 0;
        for (const now of steps) {
          const replica = one(replicas, now.who);
          if (now.type === "export") files.push(await exported(replica));
          else if (now.type === "merge") {
            if (files.length > 0) await merge(one(files, now.pick), replica);
          } else edit(replica.doc, now, `‹${typed++}›`);
        }
        const network = replicas.map(({ doc }) => {
          const twin = createReplica();
          carry(Y.encodeStateAsUpdate(doc), twin);
          return twin;
        });
        syncAll(network);
        // A memory stick that goes round twice, in any order: once to gather, once to give.
        for (let round = 0; round < 2; round++) {
          for (const to of replicas)
            for (const from of replicas) if (from !== to) await merge(await exported(from), to);
        }
        for (const { doc } of replicas) {
          expect(canonicalContent(doc)).toBe(canonicalContent(network[0]!.doc));
          expect(documentDigest(doc)).toBe(documentDigest(network[0]!.doc));
        }
      }),
    );
  });
});
