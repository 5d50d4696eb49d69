// The notebooks this device knows. Memory first, storage after: where storage is refused, notebooks still open and work
// until the window closes, and the library says so.

import { messageOf } from "../../base/errors.ts";
import type { RoomId } from "../../base/ids.ts";
import { Value, type Readable } from "../../base/value.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { LibraryEntry, LibraryStore } from "../../ports/LibraryStore.ts";

/** A removed notebook can be put back for this long; then its storage on this device is given back. */
export const KEEP_REMOVED_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface ShelfView {
  readonly state: "loading" | "ready" | "failed";
  readonly message: string;
  readonly entries: ReadonlyMap<RoomId, LibraryEntry>;
}

export class Shelf {
  readonly #store: LibraryStore;
  readonly #clock: Clock;
  readonly #view = new Value<ShelfView>({ state: "loading", message: "", entries: new Map() });
  readonly #loaded: Promise<void>;

  constructor(store: LibraryStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#loaded = this.#load();
  }

  get view(): Readable<ShelfView> {
    return this.#view;
  }

  /** Resolves when the entries of this device have been read, or cannot be. */
  get loaded(): Promise<void> {
    return this.#loaded;
  }

  get(room: RoomId): LibraryEntry | undefined {
    return this.#view.get().entries.get(room);
  }

  /** Adds or replaces an entry. Resolves when it is stored, or known not to be; never rejects. */
  async put(entry: LibraryEntry): Promise<void> {
    this.#view.update((view) => ({ ...view, entries: new Map(view.entries).set(entry.room, entry) }));
    await this.#stored(() => this.#store.put(entry));
  }

  async change(room: RoomId, change: Partial<Omit<LibraryEntry, "room">>): Promise<void> {
    const entry = this.get(room);
    if (entry !== undefined) await this.put({ ...entry, ...change });
  }

  async #load(): Promise<void> {
    await this.#stored(async () => {
      const stored = await this.#store.list();
      const expired = stored.filter((entry) => this.#isExpired(entry));
      const kept = stored.filter((entry) => !this.#isExpired(entry));
      this.#view.update((view) => ({
        ...view,
        state: "ready",
        // What was put while the store was being read is newer.
        entries: new Map([...kept.map((entry) => [entry.room, entry] as const), ...view.entries]),
      }));
      for (const entry of expired) await this.#store.purge(entry.room);
    });
  }

  #isExpired({ removed }: LibraryEntry): boolean {
    return removed !== undefined && this.#clock.now() - removed > KEEP_REMOVED_DAYS * DAY_MS;
  }

  async #stored(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      const message = `This computer does not let Meshbook keep its list of notebooks (${messageOf(error)}). What you make now lasts until you close the window: save copies as files.`;
      this.#view.update((view) => ({ ...view, state: "failed", message }));
    }
  }
}
