// What a history notes of each change while it happens: who wrote, who deleted, and how much was lost by it.

import type * as Y from "yjs";
import type { UnixMs } from "../base/units.ts";
import type { Times } from "./contributions.ts";

export interface ObservedChange {
  readonly update: Uint8Array;
  /** Clients that wrote something in it. */
  readonly writers: readonly number[];
  /** Characters and values that were there before and are deleted by it. */
  readonly deleted: number;
  readonly origin: unknown;
}

/** Reports each change of `doc`; returns what ends that. */
export function watchDocument(doc: Y.Doc, report: (change: ObservedChange) => void): () => void {
  const listener = (update: Uint8Array, origin: unknown, _doc: Y.Doc, transaction: Y.Transaction): void =>
    report({ update, origin, writers: writersOf(transaction), deleted: deletedBy(transaction) });
  doc.on("update", listener);
  return () => doc.off("update", listener);
}

function writersOf({ beforeState, afterState }: Y.Transaction): readonly number[] {
  return [...afterState].filter(([client, clock]) => clock > (beforeState.get(client) ?? 0)).map(([client]) => client);
}

/** Parts that arrive deleted already are no loss: only what was here before counts. */
function deletedBy({ beforeState, deleteSet }: Y.Transaction): number {
  let count = 0;
  for (const [client, ranges] of deleteSet.clients) {
    const known = beforeState.get(client) ?? 0;
    for (const { clock, len } of ranges) count += Math.max(0, Math.min(clock + len, known) - clock);
  }
  return count;
}

/** Notes that clients wrote at `now`. */
export function noteTimes(times: Map<number, Times>, clients: readonly number[], now: UnixMs): void {
  for (const client of clients) times.set(client, { first: times.get(client)?.first ?? now, last: now });
}
