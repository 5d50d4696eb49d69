// Replicas joined by nothing but the updates a test carries between them.

import * as Y from "yjs";

export interface Replica {
  readonly doc: Y.Doc;
  /** Updates made here, in order, that a test may carry to others. */
  readonly made: Uint8Array[];
}

const CARRIED = { by: "source", source: "test" } as const;

export function createReplica(seed?: Uint8Array): Replica {
  const replica: Replica = { doc: new Y.Doc(), made: [] };
  if (seed) Y.applyUpdate(replica.doc, seed, CARRIED);
  replica.doc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== CARRIED) replica.made.push(update);
  });
  return replica;
}

export function carry(update: Uint8Array, to: Replica): void {
  Y.applyUpdate(to.doc, update, CARRIED);
}

/** What a reconnect does: each asks each for what it lacks, by state vector. */
export function syncAll(replicas: readonly Replica[]): void {
  for (const from of replicas) {
    for (const to of replicas) {
      if (from !== to) carry(Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(to.doc)), to);
    }
  }
}
