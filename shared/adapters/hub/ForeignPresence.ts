// Presence of others that reached us by another way than the hub. As with updates (see ForeignUpdates), it is passed on
// only if the hub has not shown by itself that it knows.

import type { Awareness } from "y-protocols/awareness";
import { OTHER_TAB } from "../../notebook/origins.ts";
import type { AwarenessEntry } from "../../presence/cleanAwareness.ts";

/** What an awareness event says changed: client ids. */
export interface PresenceChange {
  readonly added: readonly number[];
  readonly updated: readonly number[];
  readonly removed: readonly number[];
}

export class ForeignPresence {
  readonly #awareness: Awareness;
  /** The newest clock of each peer that the hub has shown. */
  readonly #shown = new Map<number, number>();
  readonly #waiting = new Set<number>();

  constructor(awareness: Awareness) {
    this.#awareness = awareness;
  }

  /**
   * Sorts a change into our own presence, to be sent at once, and that of others, which waits. With `origin`, another
   * tab's is ours: for ways that one tab holds for all.
   */
  changed(
    { added, updated, removed }: PresenceChange,
    origin?: unknown,
  ): { readonly own: readonly number[]; readonly foreign: boolean } {
    const clients = [...added, ...updated, ...removed];
    if (origin === OTHER_TAB) return { own: clients, foreign: this.#waiting.size > 0 };
    const own = clients.filter((client) => client === this.#awareness.clientID);
    // That others left is not passed on: we may only have lost our own way to them, and the hub knows better.
    for (const client of [...added, ...updated]) if (client !== this.#awareness.clientID) this.#waiting.add(client);
    return { own, foreign: this.#waiting.size > 0 };
  }

  seen(entries: readonly AwarenessEntry[]): void {
    for (const { client, clock, state } of entries) {
      if (state === undefined) this.#shown.delete(client);
      else this.#shown.set(client, clock);
    }
  }

  /** Hands over the peers whose presence the hub has not shown as new as we know it. */
  take(): readonly number[] {
    const clients = [...this.#waiting].filter((client) => {
      const known = this.#awareness.meta.get(client);
      return known !== undefined && this.#awareness.states.has(client) && (this.#shown.get(client) ?? -1) < known.clock;
    });
    this.#waiting.clear();
    return clients;
  }
}
