// The acceptance suite of ports/LibraryStore.ts: for (const { name, run } of libraryStoreCases(harness)) it(name, run);

import { RoomId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import type { LibraryEntry, LibraryStore } from "#shared/ports/LibraryStore.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import { casesAt, check, type ContractCase } from "./contractCase.ts";

export interface LibraryStoreHarness {
  open(): Promise<LibraryPlace>;
}

/** One empty shelf. `store()` gives it as one more window of this device would have it. */
export interface LibraryPlace {
  store(): LibraryStore;
  /** Puts a notebook's document into storage, and tells whether it is still there. */
  storeDocument?(room: RoomId): Promise<void>;
  hasDocument?(room: RoomId): Promise<boolean>;
  close(): Promise<void>;
}

type Body = (place: LibraryPlace) => Promise<void>;

function entry(title: string, change: Partial<LibraryEntry> = {}): LibraryEntry {
  return {
    room: RoomId.create(),
    secret: createRoomSecret(),
    title,
    host: undefined,
    created: unixMs(1_700_000_000_000),
    opened: unixMs(1_700_000_100_000),
    removed: undefined,
    ...change,
  };
}

const shown = (entries: readonly LibraryEntry[]): string =>
  JSON.stringify(
    [...entries]
      .sort((one, other) => one.room.localeCompare(other.room))
      .map((one) => [one.room, [...one.secret], one.title, one.host, one.created, one.opened, one.removed]),
  );

const bodies: Readonly<Record<string, Body>> = {
  "starts empty": async (place) => {
    check((await place.store().list()).length === 0, "nothing is listed");
  },
  "gives back every field of what was put": async (place) => {
    const store = place.store();
    const entries = [
      entry("Notes on locks"),
      entry("In class", { host: "http://192.168.1.5:8720" }),
      entry("Thrown away", { removed: unixMs(1_700_000_200_000) }),
      entry("Größe 日本語 🙂"),
      entry(""),
    ];
    for (const one of entries) await store.put(one);
    check(shown(await store.list()) === shown(entries), "entries come back as they were, removed ones too");
  },
  "keeps one entry for a room, the last one put": async (place) => {
    const store = place.store();
    const first = entry("First title");
    await store.put(first);
    const second = { ...first, title: "Second title", host: "http://10.0.0.1:8720" };
    await store.put(second);
    check(shown(await store.list()) === shown([second]), "the later entry replaced the earlier");
  },
  "shows what was put to another window of this device": async (place) => {
    const one = entry("Seen there");
    await place.store().put(one);
    check(shown(await place.store().list()) === shown([one]), "the entry is there");
  },
  "forgets what was purged, and only that": async (place) => {
    const store = place.store();
    const [kept, purged] = [entry("Kept"), entry("Purged")];
    await store.put(kept);
    await store.put(purged);
    await store.purge(purged.room);
    check(shown(await store.list()) === shown([kept]), "one entry is left");
    await store.purge(purged.room);
    check((await store.list()).length === 1, "purging twice does nothing more");
  },
  "deletes the document of a purged notebook, and no other": async (place) => {
    const [kept, purged] = [entry("Kept"), entry("Purged")];
    for (const one of [kept, purged]) {
      await place.store().put(one);
      await place.storeDocument?.(one.room);
    }
    await place.store().purge(purged.room);
    if (place.hasDocument === undefined) return;
    check(!(await place.hasDocument(purged.room)), "the purged notebook's storage is gone");
    check(await place.hasDocument(kept.room), "the other's is there");
  },
  "takes a thousand entries": async (place) => {
    const store = place.store();
    const entries = Array.from({ length: 1_000 }, (_, index) => entry(`Notebook ${index}`));
    await Promise.all(entries.map((one) => store.put(one)));
    check(shown(await store.list()) === shown(entries), "all are listed");
  },
};

export function libraryStoreCases(harness: LibraryStoreHarness): readonly ContractCase[] {
  return casesAt(() => harness.open(), bodies);
}
