// The model of one notebook that several people edit while updates between them are delayed, doubled, reordered and lost.

import { expect } from "vitest";
import * as Y from "yjs";
import { contentHashOfText } from "#shared/base/hash.ts";
import { CellId, PeerId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { canonicalContent } from "#shared/notebook/canonical.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { orderedCellIds, readPosition } from "#shared/notebook/cellOrder.ts";
import { CellHistory } from "#shared/notebook/CellHistory.ts";
import { seedUpdate } from "#shared/notebook/createNotebook.ts";
import { documentDigest } from "#shared/notebook/digest.ts";
import {
  deleteCells,
  insertCells,
  moveCells,
  restoreCells,
  setCellKind,
  setCellPositions,
} from "#shared/notebook/editCells.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { carry, createReplica, syncAll, type Replica } from "../replicas.ts";

const ANA = { peer: PeerId.parse("AAAAAAAAAAAAAAAAAAAAAA")!, name: "Ana", at: unixMs(1_000) };

export type NotebookEdit = "insert" | "move" | "delete" | "restore" | "kind" | "type" | "cut" | "collide";
export type NotebookStep =
  | { readonly type: NotebookEdit; readonly who: number; readonly at: number; readonly to: number }
  | { readonly type: "undo"; readonly who: number; readonly back: boolean }
  | { readonly type: "import"; readonly who: number }
  | { readonly type: "deliver"; readonly from: number; readonly to: number; readonly pick: number; twice: boolean }
  | { readonly type: "sync"; readonly from: number; readonly to: number };

const FILE_HASH = contentHashOfText("imported.ipynb");
const seed = seedUpdate(FILE_HASH, {
  title: "Imported",
  language: "javascript",
  cells: ["alpha", "beta", "gamma"].map((source, index) => ({
    id: CellId.parse(`file-${index}`)!,
    kind: "code",
    language: "javascript",
    source,
  })),
});

/** Everything a run of steps did, so that the end can be judged without looking at the document. */
class Ledger {
  readonly cells = new Set<CellId>(["file-0", "file-1", "file-2"].map((id) => CellId.parse(id)!));
  /** Typed tokens (each unique) → the cell they were typed into. */
  readonly typed = new Map<string, CellId>();
  readonly cut = new Set<string>();
  #next = 0;

  token(): string {
    return `‹${this.#next++}›`;
  }
}

const one = <T>(list: readonly T[], index: number): T => list[index % list.length]!;

function perform(all: readonly Replica[], histories: readonly CellHistory[], ledger: Ledger, step: NotebookStep): void {
  switch (step.type) {
    case "deliver":
      return deliver(one(all, step.from), one(all, step.to), step);
    case "sync":
      return syncAll([one(all, step.from), one(all, step.to)]);
    case "import":
      return Y.applyUpdate(one(all, step.who).doc, seed, { by: "source", source: "file" });
    case "undo":
      return void one(histories, step.who)[step.back ? "undo" : "redo"]();
    default:
      return edit(one(all, step.who).doc, one(histories, step.who), ledger, step);
  }
}

function edit(
  doc: Y.Doc,
  history: CellHistory,
  ledger: Ledger,
  { type, at, to }: { type: NotebookEdit; at: number; to: number },
): void {
  const { cells } = notebookRoots(doc);
  const order = orderedCellIds(cells);
  const id = one(order, at);
  const other = one(order, to);
  const odd = to % 2 === 1;
  switch (type) {
    case "insert": {
      const place = to === 0 ? ("start" as const) : { after: other };
      const draft = { kind: "code" as const, language: "javascript", source: "" };
      const made = odd ? history.insert(place, [draft]) : insertCells(doc, place, [draft, draft]);
      return made.forEach((cell) => ledger.cells.add(cell));
    }
    case "move":
      return odd ? moveCells(doc, [id], { before: other }) : history.move(order.slice(0, 2), { after: other });
    case "delete":
      return odd ? deleteCells(doc, [id], ANA) : history.delete([id]);
    case "restore":
      return restoreCells(doc, [id]);
    case "kind":
      return odd ? setCellKind(doc, id, "markdown") : history.setKind(id, "code");
    case "type":
      return typeToken(cellSource(cells, id)!, id, to, ledger);
    case "cut":
      return cutToken(cellSource(cells, id)!, ledger);
    case "collide":
      return setCellPositions(doc, new Map([[id, readPosition(cells, other)]]));
  }
}

function typeToken(text: Y.Text, id: CellId, at: number, ledger: Ledger): void {
  const token = ledger.token();
  text.insert(boundary(text.toString(), at), token);
  ledger.typed.set(token, id);
}

function cutToken(text: Y.Text, ledger: Ledger): void {
  const token = /‹\d+›/.exec(text.toString());
  if (!token) return;
  text.delete(token.index, token[0].length);
  ledger.cut.add(token[0]);
}

/** A place in the text that is not inside a token, so that tokens stay whole. */
function boundary(text: string, wanted: number): number {
  const places = [0, ...[...text.matchAll(/›/g)].map((match) => match.index + 1), text.length];
  return places[wanted % places.length]!;
}

function deliver(from: Replica, to: Replica, { pick, twice }: { pick: number; twice: boolean }): void {
  const update = from.made[pick % Math.max(1, from.made.length)];
  if (update === undefined || from === to) return;
  carry(update, to);
  if (twice) carry(update, to);
}

function expectNothingLost(all: readonly Replica[], ledger: Ledger): void {
  for (const { doc } of all) {
    const { cells } = notebookRoots(doc);
    const order = orderedCellIds(cells);
    expect(new Set(order)).toEqual(ledger.cells);
    expect(order).toHaveLength(ledger.cells.size);
    const texts = new Map(order.map((id) => [id, cellSource(cells, id)!.toString()]));
    for (const [token, id] of ledger.typed) {
      const count = texts.get(id)!.split(token).length - 1;
      expect([token, count]).toEqual([token, ledger.cut.has(token) ? 0 : 1]);
    }
  }
}

/** `count` replicas of a notebook, and everybody's undo. */
function several(count: number): { readonly all: readonly Replica[]; readonly histories: readonly CellHistory[] } {
  const all = Array.from({ length: count }, () => createReplica(seed));
  const histories = all.map(({ doc }) => new CellHistory(doc, () => ANA, () => ANA.at)); // prettier-ignore
  return { all, histories };
}

/** All end with the same notebook, and no cell and no typing is lost or doubled. */
export function expectConvergence(count: number, steps: readonly NotebookStep[]): void {
  const { all, histories } = several(count);
  const ledger = new Ledger();
  for (const each of steps) perform(all, histories, ledger, each);
  syncAll(all);
  syncAll(all);
  const [first] = all;
  for (const { doc } of all) {
    expect(canonicalContent(doc)).toBe(canonicalContent(first!.doc));
    expect(documentDigest(doc)).toBe(documentDigest(first!.doc));
    expect(readNotebook(doc).cells.map((cell) => cell.id)).toEqual(
      readNotebook(first!.doc).cells.map((cell) => cell.id),
    );
  }
  expectNothingLost(all, ledger);
}

/** Whatever was done, another cell can be put beside any. */
export function expectRoomAnywhere(steps: readonly NotebookStep[], at: number): void {
  const { all, histories } = several(2);
  const ledger = new Ledger();
  for (const each of steps) perform(all, histories, ledger, each);
  syncAll(all);
  const { doc } = all[0]!;
  const order = orderedCellIds(notebookRoots(doc).cells);
  const neighbour = order[at % order.length]!;
  const [id] = insertCells(doc, { after: neighbour }, [{ kind: "code", language: "", source: "" }]);
  const after = orderedCellIds(notebookRoots(doc).cells);
  expect(after.indexOf(id!)).toBe(after.indexOf(neighbour) + 1);
  expect(after.filter((each) => each !== id)).toEqual(order);
}
