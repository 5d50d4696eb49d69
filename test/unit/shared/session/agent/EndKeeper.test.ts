import { describe, expect, it } from "vitest";
import { ms } from "#shared/base/units.ts";
import { acceptOffer, finishJob, type AgentJob } from "#shared/jobs/agentJob.ts";
import { CONFIRMED_SOON, EndKeeper } from "#shared/session/agent/EndKeeper.ts";
import type { EndStore } from "#shared/ports/EndStore.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";
import { offerOf, peerOf } from "../../../../support/jobs/messages.ts";

class MemoryEnds implements EndStore {
  readonly records = new Map<string, Uint8Array>();
  puts = 0;
  load = () => Promise.resolve([...this.records.values()]);
  flush = () => Promise.resolve(true);
  close = () => Promise.resolve();
  put(key: string, record: Uint8Array): void {
    this.puts += 1;
    this.records.set(key, record);
  }
  remove(key: string): void {
    this.records.delete(key);
  }
}

const ended = (name: string): AgentJob =>
  finishJob(acceptOffer(peerOf("a"), offerOf(name), ms(0)), { status: "cancelled" }, ms(0));

function bench() {
  const clock = new FakeClock();
  const store = new MemoryEnds();
  return { clock, store, keeper: new EndKeeper(store, clock) };
}

describe("EndKeeper", () => {
  it("writes nothing of an end that is confirmed in a moment", () => {
    const { clock, store, keeper } = bench();
    keeper.keep(ended("one"), true);
    clock.advance(ms(CONFIRMED_SOON - 1));
    keeper.forget(ended("one").key);
    clock.advance(ms(1_000));
    expect(store.puts).toBe(0);
  });

  it("has written an end that is not confirmed after twice that long, and removes it when it is", () => {
    const { clock, store, keeper } = bench();
    keeper.keep(ended("one"), true);
    clock.advance(ms(CONFIRMED_SOON / 2));
    keeper.keep(ended("two"), true);
    clock.advance(ms(2 * CONFIRMED_SOON));
    expect([...store.records.keys()]).toEqual([ended("one").key, ended("two").key]);
    keeper.forget(ended("one").key);
    expect([...store.records.keys()]).toEqual([ended("two").key]);
    clock.advance(ms(1_000));
    expect(store.puts).toBe(2);
  });

  it("writes at once what nobody is there to confirm, and all of it when somebody leaves", () => {
    const { store, keeper } = bench();
    keeper.keep(ended("one"), false);
    keeper.keep(ended("two"), true);
    expect(store.records.size).toBe(1);
    keeper.hurry();
    expect(store.records.size).toBe(2);
  });

  it("gives a later life what was kept, which can be confirmed there", async () => {
    const { store, keeper, clock } = bench();
    keeper.keep(ended("one"), false);
    const later = new EndKeeper(store, clock);
    expect((await later.load()).map(({ key }) => key)).toEqual([ended("one").key]);
    later.forget(ended("one").key);
    expect(store.records.size).toBe(0);
  });
});
