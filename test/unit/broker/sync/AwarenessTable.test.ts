import { describe, expect, it } from "vitest";
import { seconds } from "#shared/base/units.ts";
import type { AwarenessEntry } from "#shared/presence/cleanAwareness.ts";
import {
  AWARENESS_CLIENTS_LIMIT,
  AWARENESS_ROOM_LIMIT,
  AwarenessTable,
} from "../../../../broker/sync/AwarenessTable.ts";
import { FakeClock } from "../../../support/FakeClock.ts";

const shows = (client: number, clock: number, name = "x"): AwarenessEntry => ({ client, clock, state: { name } });
const left = (client: number, clock: number): AwarenessEntry => ({ client, clock, state: undefined });

describe("AwarenessTable", () => {
  it("passes on what is newer and nothing else", () => {
    const table = new AwarenessTable<string>(new FakeClock());
    expect(table.update([shows(1, 1)], "a")).toEqual([shows(1, 1)]);
    expect(table.update([shows(1, 1), shows(1, 0), shows(2, 5)], "a")).toEqual([shows(2, 5)]);
    expect(table.update([left(1, 1)], "a")).toEqual([left(1, 1)]);
    expect(table.update([left(1, 1)], "a")).toEqual([]);
    expect(table.alive()).toEqual([shows(2, 5)]);
  });

  it("removes the states of a connection that closed, and of no other", () => {
    const table = new AwarenessTable<string>(new FakeClock());
    table.update([shows(1, 1)], "a");
    table.update([shows(2, 1)], "b");
    expect(table.removeOwner("a")).toEqual([left(1, 1)]);
    expect(table.removeOwner("a")).toEqual([]);
    expect(table.alive()).toEqual([shows(2, 1)]);
  });

  it("gives a state to the connection that brought its newest clock", () => {
    const table = new AwarenessTable<string>(new FakeClock());
    table.update([shows(1, 1)], "relay");
    table.update([shows(1, 2)], "own");
    expect(table.removeOwner("relay")).toEqual([]);
    expect(table.alive()).toEqual([shows(1, 2)]);
  });

  it("shows newcomers no state that was not renewed for 30 s", () => {
    const clock = new FakeClock();
    const table = new AwarenessTable<string>(clock);
    table.update([shows(1, 1), shows(2, 1)], "a");
    clock.advance(seconds(20));
    table.update([shows(2, 2)], "a");
    clock.advance(seconds(15));
    expect(table.alive()).toEqual([shows(2, 2)]);
  });

  it("does not grow without bound, and forgets the gone first", () => {
    const table = new AwarenessTable<string>(new FakeClock());
    for (let client = 0; client < AWARENESS_CLIENTS_LIMIT; client++) table.update([shows(client, 1)], "gone");
    table.removeOwner("gone");
    expect(table.update([shows(999_999, 1)], "late")).toEqual([shows(999_999, 1)]);
    expect(table.alive()).toEqual([shows(999_999, 1)]);
  });

  it("makes whoever shows most give way, and takes no more of it", () => {
    const table = new AwarenessTable<string>(new FakeClock());
    table.update([shows(1, 1, "Ana")], "ana");
    for (let client = 100; client < 5_000; client++) table.update([shows(client, 1)], "flood");
    expect(table.ownedBy("flood")).toHaveLength(AWARENESS_CLIENTS_LIMIT - 1);
    expect(table.update([shows(9_999, 1)], "flood")).toEqual([]);
    expect(table.update([shows(2, 1, "Ben")], "ben")).toEqual([left(100, 1), shows(2, 1, "Ben")]);
    expect(table.update([shows(1, 2, "Ana")], "ana")).toEqual([shows(1, 2, "Ana")]);
    expect(table.alive()).toHaveLength(AWARENESS_CLIENTS_LIMIT);
    expect(table.shown(2)?.owner).toBe("ben");
  });

  it("counts how much is shown, not only of how many", () => {
    const table = new AwarenessTable<string>(new FakeClock());
    const large = "x".repeat(100_000);
    for (let client = 100; client < 300; client++) table.update([shows(client, 1, large)], "flood");
    const taken = table.ownedBy("flood").length;
    expect(taken * large.length).toBeLessThanOrEqual(AWARENESS_ROOM_LIMIT);
    expect(taken).toBeGreaterThan(50);
    expect(table.update([shows(1, 1, large)], "ana")).toEqual([left(100, 1), shows(1, 1, large)]);
    expect(table.update([shows(101, 2, "small again")], "flood")).toEqual([shows(101, 2, "small again")]);
  });
});
