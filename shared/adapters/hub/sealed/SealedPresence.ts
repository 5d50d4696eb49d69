// Presence by way of a blind host, which knows from which connection it is, and no more. So it cannot say who has left,
// only which connection; whom that one showed is remembered here.

import { applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import type { DocOrigin } from "../../../notebook/origins.ts";
import type { AttachedDocument } from "../../../ports/DocSource.ts";
import {
  foreignEntries,
  readAwarenessUpdate,
  writeAwarenessUpdate,
  type AwarenessEntry,
} from "../../../presence/cleanAwareness.ts";
import type { RoomSealer } from "../../../rooms/RoomSealer.ts";

/** Connections that are remembered: as many as a room can have, and those that left unnoticed. */
const CONNECTIONS_LIMIT = 1_000;

export class SealedPresence {
  readonly #document: AttachedDocument;
  readonly #sealer: RoomSealer;
  readonly #origin: DocOrigin;
  readonly #shownBy = new Map<number, ReadonlySet<number>>();

  constructor(document: AttachedDocument, sealer: RoomSealer, origin: DocOrigin) {
    this.#document = document;
    this.#sealer = sealer;
    this.#origin = origin;
  }

  /** What these clients show now, for the others; undefined if nothing is known of them. */
  seal(clients: readonly number[]): Uint8Array | undefined {
    const { awareness } = this.#document;
    const known = clients.filter((client) => awareness.meta.has(client));
    return known.length === 0 ? undefined : this.#sealer.seal("presence", encodeAwarenessUpdate(awareness, known));
  }

  /** The entries of a message; undefined if nobody with our key sealed it, or it makes no sense. */
  open(sealed: Uint8Array): readonly AwarenessEntry[] | undefined {
    const update = this.#sealer.open("presence", sealed);
    return update && readAwarenessUpdate(update);
  }

  apply(from: number, entries: readonly AwarenessEntry[]): void {
    const present = entries.filter(({ state }) => state !== undefined).map(({ client }) => client);
    this.#shownBy.set(from, new Set([...(this.#shownBy.get(from) ?? []), ...present]));
    const [oldest] = this.#shownBy.keys();
    if (oldest !== undefined && this.#shownBy.size > CONNECTIONS_LIMIT) this.#shownBy.delete(oldest);
    this.#show(entries);
  }

  /** The connection has closed: whom it alone showed is gone. */
  gone(from: number): void {
    const { meta, states } = this.#document.awareness;
    const clients = this.#shownBy.get(from) ?? new Set();
    this.#shownBy.delete(from);
    const elsewhere = new Set([...this.#shownBy.values()].flatMap((shown) => [...shown]));
    const left = [...clients].filter((client) => states.has(client) && !elsewhere.has(client));
    this.#show(left.map((client) => ({ client, clock: meta.get(client)?.clock ?? 0, state: undefined })));
  }

  #show(entries: readonly AwarenessEntry[]): void {
    const { awareness, doc } = this.#document;
    const foreign = foreignEntries(entries, doc.clientID).filter(({ client }) => client !== doc.clientID);
    if (foreign.length > 0) applyAwarenessUpdate(awareness, writeAwarenessUpdate(foreign), this.#origin);
  }
}
