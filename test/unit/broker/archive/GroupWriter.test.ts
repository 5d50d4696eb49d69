import { describe, expect, it } from "vitest";
import { ms, seconds } from "#shared/base/units.ts";
import { GroupWriter } from "../../../../broker/archive/GroupWriter.ts";
import { FakeClock } from "../../../support/FakeClock.ts";

/** A store whose writes end when the test says so. */
function scriptedStore() {
  const writes: { items: readonly string[]; end: (error?: Error) => void }[] = [];
  const troubles: unknown[] = [];
  const clock = new FakeClock();
  const writer = new GroupWriter<string>({
    write: (items) =>
      new Promise((resolve, reject) => {
        writes.push({ items, end: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
    onTrouble: (error) => troubles.push(error),
    clock,
  });
  return { writes, troubles, clock, writer };
}

/** Lets everything that waits for a settled promise run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("GroupWriter", () => {
  it("joins what comes in one turn, and during a write into the next, in order", async () => {
    const { writes, writer } = scriptedStore();
    const done: string[] = [];
    const enqueue = (...items: string[]): void => {
      for (const item of items) void writer.enqueue([item]).then(() => done.push(item));
    };
    enqueue("a", "b");
    expect(writes).toEqual([]);
    await settle();
    expect(writes.map((write) => write.items)).toEqual([["a", "b"]]);
    enqueue("c");
    writes[0]!.end();
    await settle();
    expect(done).toEqual(["a", "b"]);
    expect(writes[1]!.items).toEqual(["c"]);
    writes[1]!.end();
    await settle();
    expect(done).toEqual(["a", "b", "c"]);
  });

  it("writes what is enqueued in answer to a stored one", async () => {
    const { writes, writer } = scriptedStore();
    const both = writer.enqueue(["a"]).then(() => writer.enqueue(["b"]));
    await settle();
    writes[0]!.end();
    await settle();
    expect(writes[1]?.items).toEqual(["b"]);
    writes[1]!.end();
    await both;
  });

  it("says stored only after the write has ended", async () => {
    const { writes, writer } = scriptedStore();
    let stored = false;
    void writer.enqueue(["a"]).then(() => (stored = true));
    await settle();
    expect(stored).toBe(false);
    writes[0]!.end();
    await settle();
    expect(stored).toBe(true);
  });

  it("tries a refused write again, before what came later, and tells of trouble once", async () => {
    const { writes, troubles, clock, writer } = scriptedStore();
    const full = new Error("disk full");
    const stored = Promise.all([writer.enqueue(["a"]), writer.enqueue(["b"])]);
    await settle();
    writes[0]!.end(full);
    await settle();
    void writer.enqueue(["c"]);
    clock.advance(ms(500));
    await settle();
    writes[1]!.end(full);
    await settle();
    clock.advance(ms(999));
    expect(writes.length).toBe(2);
    clock.advance(ms(1));
    await settle();
    expect(writes[2]!.items).toEqual(["a", "b", "c"]);
    writes[2]!.end();
    await stored;
    expect(troubles).toEqual([full, undefined]);
  });

  it("writes what waits when it is closed, and refuses what comes after", async () => {
    const { writes, writer } = scriptedStore();
    const stored = writer.enqueue(["a"]);
    const closed = writer.close();
    await settle();
    writes[0]!.end();
    await Promise.all([stored, closed]);
    await expect(writer.enqueue(["b"])).rejects.toThrow("closed");
  });

  it("rejects what could not be written when it is closed", async () => {
    const { writes, clock, writer } = scriptedStore();
    const stored = writer.enqueue(["a"]);
    await settle();
    writes[0]!.end(new Error("disk full"));
    await settle();
    const closed = writer.close();
    await settle();
    writes[1]!.end(new Error("disk full"));
    await expect(stored).rejects.toThrow("closed");
    await closed;
    clock.advance(seconds(60));
    expect(writes.length).toBe(2);
  });
});
