// The acceptance suite of ports/HistoryStore.ts: for (const { name, run } of historyStoreCases(harness)) it(name, run);

import { contentHash } from "#shared/base/hash.ts";
import { PeerId, RoomId, StateId } from "#shared/base/ids.ts";
import { bytes, unixMs } from "#shared/base/units.ts";
import { writeHistory } from "#shared/history/parseHistory.ts";
import type { DatedState, HistoryStore, Person } from "#shared/ports/HistoryStore.ts";
import { casesAt, check, type ContractCase } from "./contractCase.ts";

export interface HistoryStoreHarness {
  open(): Promise<HistoryPlace>;
}

/** One empty place. `store()` gives it as the next life of the program, or another window, would have it. */
export interface HistoryPlace {
  store(): Promise<HistoryStore>;
  /** Places that outlive a store: puts other bytes where a state's content lies. */
  spoil?(room: RoomId, state: StateId): Promise<void>;
  close(): Promise<void>;
}

type Body = (place: HistoryPlace) => Promise<void>;

function state(order: number, content: Uint8Array, change: Partial<DatedState> = {}): DatedState {
  return {
    id: StateId.create(),
    order,
    at: unixMs(1_700_000_000_000 + order),
    cause: "quiet",
    digest: `digest-${order}`,
    hash: contentHash(content),
    size: bytes(content.length),
    contributions: [{ client: 7, from: order, to: order + 1, first: unixMs(1), last: unixMs(2) }],
    deleters: [7],
    version: undefined,
    ...change,
  };
}

const person = (client: number, name: string): Person => ({
  client,
  peer: PeerId.parse("AAAAAAAAAAAAAAAAAAAAAA")!,
  name,
  verified: false,
});

const contentOf = (order: number): Uint8Array => Uint8Array.from({ length: 500 }, (_, index) => (index * order) & 255);
const same = (one: Uint8Array | undefined, other: Uint8Array): boolean =>
  one !== undefined && one.length === other.length && one.every((byte, index) => byte === other[index]);

/** Text that is equal for equal values, whatever the order of their keys. */
function text(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1)))
      : item,
  );
}

async function shown(store: HistoryStore, room: RoomId): Promise<string> {
  const { states, people, visited } = await store.load(room);
  const sorted = [...people].sort((one, other) => one.client - other.client);
  return text([writeHistory({ states, people: sorted, visited }), visited]);
}

/** Puts states of these orders, each with its content. */
async function fill(store: HistoryStore, room: RoomId, orders: readonly number[]): Promise<readonly DatedState[]> {
  const made: DatedState[] = [];
  for (const order of orders) {
    const one = state(order, contentOf(order));
    await store.change(room, { put: [one], content: { state: one.id, bytes: contentOf(order) } });
    made.push(one);
  }
  return made;
}

const bodies: Readonly<Record<string, Body>> = {
  "knows nothing of a room at first": async (place) => {
    const store = await place.store();
    const { states, people } = await store.load(RoomId.create());
    check(states.length === 0 && people.length === 0, "nothing is there");
    check((await store.read(RoomId.create(), StateId.create())) === undefined, "no content either");
  },
  "gives back every field of a state, and its content": async (place) => {
    const store = await place.store();
    const room = RoomId.create();
    const label = { name: "Handed in – größe 日本語 🙂", by: "Ana", at: unixMs(5) };
    const one = state(1, contentOf(1), { cause: "before-deletion", version: label });
    await store.change(room, {
      put: [one],
      content: { state: one.id, bytes: contentOf(1) },
      people: [person(7, "Ana")],
    });
    check(text((await store.load(room)).states) === text([one]), "the state is as it was");
    check(text((await store.load(room)).people) === text([person(7, "Ana")]), "so is the person");
    check(same(await store.read(room, one.id), contentOf(1)), "the content comes back");
  },
  "lists states by their order, whatever the order they were put in": async (place) => {
    const store = await place.store();
    const room = RoomId.create();
    await fill(store, room, [3, 1, 10, 2]);
    const orders = (await store.load(room)).states.map(({ order }) => order);
    check(JSON.stringify(orders) === "[1,2,3,10]", `they are sorted: ${orders.join()}`);
  },
  "replaces a state that is put again and keeps its content": async (place) => {
    const store = await place.store();
    const room = RoomId.create();
    const [one] = await fill(store, room, [1]);
    const named = { ...one!, version: { name: "First", by: "Ben", at: unixMs(9) } };
    await store.change(room, { put: [named] });
    check(text((await store.load(room)).states) === text([named]), "the later one is there");
    check(same(await store.read(room, one!.id), contentOf(1)), "its content too");
  },
  "drops states with their contents, and only those": async (place) => {
    const store = await place.store();
    const room = RoomId.create();
    const [first, second] = await fill(store, room, [1, 2]);
    await store.change(room, { drop: [first!.id, StateId.create()] });
    check((await store.load(room)).states.length === 1, "one is left");
    check((await store.read(room, first!.id)) === undefined, "the content is gone");
    check(same(await store.read(room, second!.id), contentOf(2)), "the other's is there");
  },
  "keeps rooms apart, and purges one of them": async (place) => {
    const store = await place.store();
    const [kept, purged] = [RoomId.create(), RoomId.create()];
    await fill(store, kept, [1, 2]);
    const [gone] = await fill(store, purged, [1, 2]);
    const before = await shown(store, kept);
    await store.purge(purged);
    check((await store.load(purged)).states.length === 0, "the purged room has no states");
    check((await store.read(purged, gone!.id)) === undefined, "and no contents");
    check((await shown(store, kept)) === before, "the other is as it was");
  },
  "remembers people and forgets them when told": async (place) => {
    const store = await place.store();
    const room = RoomId.create();
    await store.change(room, { people: [person(1, "Ana"), person(2, "Ben")] });
    await store.change(room, { people: [person(1, "Ana María")], forget: [2] });
    check(text((await store.load(room)).people) === text([person(1, "Ana María")]), "one is left");
  },
  "has in its next life what was stored in this one": async (place) => {
    const store = await place.store();
    const room = RoomId.create();
    const [one] = await fill(store, room, [1, 2, 3]);
    const before = await shown(store, room);
    const next = await place.store();
    check((await shown(next, room)) === before, "the history is the same");
    check(same(await next.read(room, one!.id), contentOf(1)), "contents too");
  },
  "stores the bytes as they were, not the buffer they lie in": async (place) => {
    const store = await place.store();
    const room = RoomId.create();
    const buffer = new Uint8Array(1_000).fill(7);
    const one = state(1, buffer.subarray(10, 20));
    const storing = store.change(room, { put: [one], content: { state: one.id, bytes: buffer.subarray(10, 20) } });
    buffer.fill(9);
    await storing;
    check(
      same(await store.read(room, one.id), new Uint8Array(10).fill(7)),
      "a later change of the buffer changes nothing",
    );
  },
  "never gives a content that was spoilt": async (place) => {
    if (place.spoil === undefined) return;
    const store = await place.store();
    const room = RoomId.create();
    const [one, other] = await fill(store, room, [1, 2]);
    await place.spoil(room, one!.id);
    const next = await place.store();
    check((await next.read(room, one!.id)) === undefined, "it is as good as gone");
    check(same(await next.read(room, other!.id), contentOf(2)), "the others are not touched");
  },
  "takes five hundred states": async (place) => {
    const store = await place.store();
    const room = RoomId.create();
    const all = Array.from({ length: 500 }, (_, index) => state(index, contentOf(index)));
    await store.change(room, { put: all });
    check((await store.load(room)).states.length === all.length, "all are listed");
  },
};

export function historyStoreCases(harness: HistoryStoreHarness): readonly ContractCase[] {
  return casesAt(() => harness.open(), bodies);
}
