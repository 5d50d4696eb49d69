import { Awareness, applyAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import { beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { writeAwarenessUpdate, type AwarenessEntry } from "#shared/presence/cleanAwareness.ts";
import { LINK_PEOPLE_LIMIT, LinkPeople } from "#shared/presence/LinkPeople.ts";

let awareness: Awareness;
let people: LinkPeople;
beforeEach(() => {
  awareness = new Awareness(new Y.Doc());
  people = new LinkPeople(awareness);
  return () => awareness.destroy();
});

const clients = (first: number, count: number, clock = 1): readonly AwarenessEntry[] =>
  Array.from({ length: count }, (_, index) => ({ client: first + index, clock, state: { n: index } }));

/** What comes over a link is admitted and applied. */
function hear(link: object, entries: readonly AwarenessEntry[]): number {
  const heard = people.admit(link, entries);
  applyAwarenessUpdate(awareness, writeAwarenessUpdate(heard), "test");
  return heard.length;
}

describe("people of one link", () => {
  it("are no more than a class, however they come, and others' links bring theirs all the same", () => {
    const [hostile, honest] = [{}, {}];
    expect(hear(hostile, clients(1, LINK_PEOPLE_LIMIT + 50))).toBe(LINK_PEOPLE_LIMIT);
    expect(hear(hostile, clients(10_000, 50))).toBe(0);
    expect(hear(honest, clients(20_000, 30))).toBe(30);
  });

  it("who are known are listened to over every link", () => {
    const [full, other] = [{}, {}];
    hear(other, clients(20_000, 1));
    hear(full, clients(1, LINK_PEOPLE_LIMIT));
    expect(hear(full, clients(20_000, 1, 2))).toBe(1);
    expect(hear(full, clients(1, 1, 2))).toBe(1);
  });

  it("make room for others when they leave, and are forgotten", () => {
    const link = {};
    for (let life = 0; life < 20; life++) {
      const first = 1 + life * LINK_PEOPLE_LIMIT;
      expect(hear(link, clients(first, LINK_PEOPLE_LIMIT))).toBe(LINK_PEOPLE_LIMIT);
      removeAwarenessStates(
        awareness,
        [...awareness.getStates().keys()].filter((id) => id !== awareness.clientID),
        "gone",
      );
    }
    expect(awareness.meta.size).toBeLessThanOrEqual(2 * LINK_PEOPLE_LIMIT + 1);
  });
});
