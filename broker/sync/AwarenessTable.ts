import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { AwarenessEntry } from "#shared/presence/cleanAwareness.ts";

/** Clients renew their state every 15 s and forget others after 30 s of silence (y-protocols); so does the host. */
const OUTDATED_AFTER: Milliseconds = seconds(30);
/** Most clients remembered in one room, gone ones included: a flood of invented ids ends here. */
export const AWARENESS_CLIENTS_LIMIT = 2000;

interface Known<Owner> {
  readonly entry: AwarenessEntry;
  readonly owner: Owner;
  readonly renewed: Milliseconds;
}

/**
 * Who shows what in one room. A state belongs to the connection that brought its newest clock; when that connection
 * closes, the state is gone. The rules of which entry wins are those of y-protocols' awareness.
 */
export class AwarenessTable<Owner> {
  readonly #clock: Clock;
  readonly #known = new Map<number, Known<Owner>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes in what a connection sent; returns the entries that are news and must be passed on. */
  update(entries: readonly AwarenessEntry[], owner: Owner): readonly AwarenessEntry[] {
    const renewed = this.#clock.monotonic();
    return entries.filter((entry) => {
      const known = this.#known.get(entry.client);
      if (!isNews(entry, known?.entry)) return false;
      if (known === undefined && !this.#makeRoom()) return false;
      this.#known.set(entry.client, { entry, owner, renewed });
      return true;
    });
  }

  /** The states that are alive, for somebody who has just come. */
  alive(): readonly AwarenessEntry[] {
    const now = this.#clock.monotonic();
    return [...this.#known.values()]
      .filter(({ entry, renewed }) => entry.state !== undefined && now - renewed < OUTDATED_AFTER)
      .map(({ entry }) => entry);
  }

  /** Clients whose states a connection brought, and that are there. */
  ownedBy(owner: Owner): readonly number[] {
    return [...this.#known.values()]
      .filter((known) => known.owner === owner && known.entry.state !== undefined)
      .map((known) => known.entry.client);
  }

  /** The connection has closed: returns the entries that tell the others. */
  removeOwner(owner: Owner): readonly AwarenessEntry[] {
    const gone: AwarenessEntry[] = [];
    for (const [client, known] of this.#known) {
      if (known.owner !== owner || known.entry.state === undefined) continue;
      // The same clock without a state removes; a client that is alive elsewhere answers with a higher one.
      const entry = { ...known.entry, state: undefined };
      this.#known.set(client, { ...known, entry });
      gone.push(entry);
    }
    return gone;
  }

  /** Forgets those that are gone when the table is full. False if all are alive. */
  #makeRoom(): boolean {
    if (this.#known.size < AWARENESS_CLIENTS_LIMIT) return true;
    for (const [client, { entry }] of this.#known) if (entry.state === undefined) this.#known.delete(client);
    return this.#known.size < AWARENESS_CLIENTS_LIMIT;
  }
}

function isNews(entry: AwarenessEntry, known: AwarenessEntry | undefined): boolean {
  if (known === undefined) return true;
  if (entry.clock !== known.clock) return entry.clock > known.clock;
  return entry.state === undefined && known.state !== undefined;
}
