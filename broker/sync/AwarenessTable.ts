import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { AwarenessEntry } from "#shared/presence/cleanAwareness.ts";

/** Clients renew their state every 15 s and forget others after 30 s of silence (y-protocols); so does the host. */
const OUTDATED_AFTER: Milliseconds = seconds(30);
/** Most clients remembered in one room, gone ones included: a flood of invented ids ends here. */
export const AWARENESS_CLIENTS_LIMIT = 2000;
/** Most UTF-16 units of all their states together: 4 KiB each, where a name and a cursor take half of one. */
export const AWARENESS_ROOM_LIMIT = 8 * 1024 * 1024;

interface Known<Owner> {
  readonly entry: AwarenessEntry;
  readonly owner: Owner;
  readonly renewed: Milliseconds;
  /** UTF-16 units of its state. */
  readonly size: number;
}

/** What one connection takes of the table. */
interface Share {
  /** Its clients that are there, the longest known first. */
  readonly clients: Set<number>;
  size: number;
}

/**
 * Who shows what in one room. A state belongs to the connection that brought its newest clock; when that connection
 * closes, the state is gone. The rules of which entry wins are those of y-protocols' awareness. When the table is full,
 * whoever takes most of it gives way: no flood keeps anybody else from being shown.
 */
export class AwarenessTable<Owner> {
  readonly #clock: Clock;
  readonly #known = new Map<number, Known<Owner>>();
  readonly #shares = new Map<Owner, Share>();
  /** Clients that have left, remembered so that nothing older brings them back. */
  readonly #gone = new Set<number>();
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes in what a connection sent; returns the entries that are news and must be passed on. */
  update(entries: readonly AwarenessEntry[], owner: Owner): readonly AwarenessEntry[] {
    const renewed = this.#clock.monotonic();
    return entries.flatMap((entry) => {
      if (!isNews(entry, this.#known.get(entry.client)?.entry)) return [];
      const size = entry.state === undefined ? 0 : JSON.stringify(entry.state).length;
      const gaveWay = this.#makeRoom(entry.client, owner, size);
      if (gaveWay === undefined) return [];
      this.#forget(entry.client);
      this.#remember({ entry, owner, renewed, size });
      return [...gaveWay, entry];
    });
  }

  /** What a client that is there shows, and who brought it. */
  shown(client: number): { readonly entry: AwarenessEntry; readonly owner: Owner } | undefined {
    const known = this.#known.get(client);
    return known?.entry.state === undefined ? undefined : known;
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
    return [...(this.#shares.get(owner)?.clients ?? [])];
  }

  /** The connection has closed: returns the entries that tell the others. */
  removeOwner(owner: Owner): readonly AwarenessEntry[] {
    return this.ownedBy(owner).flatMap((client) => this.#leave(client));
  }

  /**
   * Makes room for what `owner` brings of a client; returns the entries that tell of those who gave way. Undefined if the
   * owner itself takes most: then what it brings is not taken.
   */
  #makeRoom(client: number, owner: Owner, size: number): readonly AwarenessEntry[] | undefined {
    const gaveWay: AwarenessEntry[] = [];
    const before = this.#known.get(client);
    for (;;) {
      const tooMany = before === undefined && this.#known.size >= AWARENESS_CLIENTS_LIMIT;
      const tooLarge = this.#size - (before?.size ?? 0) + size > AWARENESS_ROOM_LIMIT;
      if (!tooMany && !tooLarge) return gaveWay;
      const [gone] = this.#gone;
      if (tooMany && gone !== undefined) {
        this.#forget(gone);
        continue;
      }
      const heaviest = this.#heaviest(tooLarge ? ({ size: taken }) => taken : ({ clients }) => clients.size);
      if (heaviest === undefined || heaviest === owner) return undefined;
      const [oldest] = this.#shares.get(heaviest)?.clients ?? [];
      if (oldest === undefined) return undefined;
      gaveWay.push(...this.#leave(oldest));
    }
  }

  #heaviest(weigh: (share: Share) => number): Owner | undefined {
    let heaviest: Owner | undefined;
    let most = 0;
    for (const [owner, share] of this.#shares) {
      const weight = weigh(share);
      if (weight <= most) continue;
      heaviest = owner;
      most = weight;
    }
    return heaviest;
  }

  /** The same clock without a state removes; a client that is alive elsewhere answers with a higher one. */
  #leave(client: number): readonly AwarenessEntry[] {
    const known = this.#known.get(client);
    if (known === undefined) return [];
    const entry = { ...known.entry, state: undefined };
    this.#forget(client);
    this.#remember({ ...known, entry, size: 0 });
    return [entry];
  }

  #remember(known: Known<Owner>): void {
    const { entry, owner, size } = known;
    this.#known.set(entry.client, known);
    if (entry.state === undefined) {
      this.#gone.add(entry.client);
      return;
    }
    const share = this.#shares.get(owner) ?? { clients: new Set(), size: 0 };
    this.#shares.set(owner, share);
    share.clients.add(entry.client);
    share.size += size;
    this.#size += size;
  }

  #forget(client: number): void {
    const known = this.#known.get(client);
    if (known === undefined) return;
    this.#known.delete(client);
    this.#gone.delete(client);
    const share = this.#shares.get(known.owner);
    if (known.entry.state === undefined || share === undefined) return;
    share.clients.delete(client);
    share.size -= known.size;
    this.#size -= known.size;
    if (share.clients.size === 0) this.#shares.delete(known.owner);
  }
}

function isNews(entry: AwarenessEntry, known: AwarenessEntry | undefined): boolean {
  if (known === undefined) return true;
  if (entry.clock !== known.clock) return entry.clock > known.clock;
  return entry.state === undefined && known.state !== undefined;
}
