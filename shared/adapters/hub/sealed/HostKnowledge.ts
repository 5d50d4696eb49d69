// What of a document a blind host has, learnt from reading all of it. The host itself cannot say.

import * as Y from "yjs";

type DeleteSet = ReturnType<typeof Y.createDeleteSet>;

interface Range {
  readonly client: number;
  readonly from: number;
  readonly to: number;
}

export class HostKnowledge {
  readonly #ranges: Range[] = [];
  readonly #deletions: DeleteSet[] = [];

  /** The host has this update. @throws Error if it is none */
  add(update: Uint8Array): void {
    const { structs, ds } = Y.decodeUpdate(update);
    for (const struct of structs) {
      if (struct instanceof Y.Skip) continue;
      const { client, clock } = struct.id;
      const last = this.#ranges.at(-1);
      const to = clock + struct.length;
      if (last?.client === client && last.to === clock) this.#ranges.splice(-1, 1, { ...last, to });
      else this.#ranges.push({ client, from: clock, to });
    }
    if (ds.clients.size > 0) this.#deletions.push(ds);
  }

  /** Next clock of each client that the host lacks. What it has beyond a gap does not count. */
  clocks(): ReadonlyMap<number, number> {
    const clocks = new Map<number, number>();
    for (const { client, from, to } of [...this.#ranges].sort((one, other) => one.from - other.from)) {
      const known = clocks.get(client) ?? 0;
      if (from <= known) clocks.set(client, Math.max(known, to));
    }
    return clocks;
  }

  /** Whether the host has everything of the document, deletions included. */
  covers(doc: Y.Doc): boolean {
    const clocks = this.clocks();
    const ours = Y.decodeStateVector(Y.encodeStateVector(doc));
    for (const [client, clock] of ours) if ((clocks.get(client) ?? 0) < clock) return false;
    if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) return false;
    const known = Y.mergeDeleteSets(this.#deletions);
    for (const [client, items] of Y.createDeleteSetFromStructStore(doc.store).clients) {
      const theirs = known.clients.get(client) ?? [];
      const isKnown = items.every(({ clock, len }) =>
        theirs.some((item) => item.clock <= clock && clock + len <= item.clock + item.len),
      );
      if (!isKnown) return false;
    }
    return true;
  }
}
