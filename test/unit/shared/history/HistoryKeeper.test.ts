import { beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemoryHistoryStore } from "#shared/adapters/memory/MemoryHistoryStore.ts";
import { streamDeflater } from "#shared/adapters/streamDeflater.ts";
import { StorageError } from "#shared/base/errors.ts";
import { PeerId, RoomId } from "#shared/base/ids.ts";
import { ms, seconds, unixMs } from "#shared/base/units.ts";
import { INTERVAL, QUIET } from "#shared/history/captureDue.ts";
import { GREAT_DELETION, HistoryKeeper, LARGE } from "#shared/history/HistoryKeeper.ts";
import { DEVICE_LIMITS } from "#shared/history/thinOut.ts";
import type { DatedState, HistoryChange } from "#shared/ports/HistoryStore.ts";
import { FakeClock } from "../../../support/FakeClock.ts";
import { openStored } from "../../../support/history/openStored.ts";

const ANA = PeerId.parse("A".repeat(22))!;
const BEN = PeerId.parse("B".repeat(22))!;
const LONG = "x".repeat(GREAT_DELETION);

/** A store that refuses while `full`. */
class FillableStore extends MemoryHistoryStore {
  full = false;

  override change(room: RoomId, change: HistoryChange): Promise<void> {
    return this.full ? Promise.reject(new StorageError("storage-full", "full")) : super.change(room, change);
  }
}

describe("HistoryKeeper", () => {
  const room = RoomId.create();
  let clock: FakeClock;
  let store: FillableStore;
  let keeper: HistoryKeeper;
  let doc: Y.Doc;

  const newKeeper = (keptElsewhere = (): boolean => false): HistoryKeeper =>
    new HistoryKeeper({
      ...{ room, store, deflater: streamDeflater, limits: DEVICE_LIMITS, keptElsewhere, clock, logger: silentLogger },
    });
  const write = (text: string, from = doc): void => {
    const now = from.getText("t");
    now.insert(now.length, text);
  };
  const states = async (): Promise<readonly DatedState[]> => {
    await keeper.settled();
    return (await store.load(room)).states;
  };
  const texts = async (): Promise<string[]> =>
    Promise.all((await states()).map(async (one) => (await openStored(store, room, one)).getText("t").toString()));

  beforeEach(() => {
    clock = new FakeClock();
    store = new FillableStore();
    keeper = newKeeper();
    doc = new Y.Doc();
    keeper.watch(doc);
  });

  it("keeps nothing of an empty document", async () => {
    expect(await states()).toEqual([]);
    expect(await keeper.keep("version")).toEqual({ ok: false, error: "empty" });
  });

  it("keeps what is large only when told to, while somebody else keeps its history", async () => {
    keeper.stop();
    let elsewhere = true;
    keeper = newKeeper(() => elsewhere);
    write("x".repeat(LARGE + 1));
    keeper.watch(doc);
    doc.getText("t").delete(0, GREAT_DELETION);
    write("more");
    clock.advance(INTERVAL);
    await keeper.flush();
    expect(await states()).toEqual([]);
    expect((await keeper.keep("version")).ok).toBe(true);
    elsewhere = false;
    write("alone");
    await keeper.flush();
    expect((await states()).map(({ cause }) => cause)).toEqual(["version", "closed"]);
  });

  it("keeps a state when work pauses, once", async () => {
    write("hello");
    clock.advance(seconds(30));
    write(" world");
    clock.advance(ms(QUIET - 1));
    expect(await states()).toEqual([]);
    clock.advance(ms(1));
    expect(await texts()).toEqual(["hello world"]);
    clock.advance(ms(INTERVAL * 3));
    expect(await texts()).toEqual(["hello world"]);
    expect((await states())[0]?.cause).toBe("quiet");
    expect(clock.waiting).toBe(0);
  });

  it("keeps a state at intervals while work goes on without a pause", async () => {
    for (let time = 0; time < 2 * INTERVAL; time += seconds(10)) {
      write("x");
      clock.advance(seconds(10));
    }
    const kept = await states();
    expect(kept.map(({ cause }) => cause)).toEqual(["interval", "interval"]);
    expect(await texts()).toEqual(["x".repeat(30), "x".repeat(60)]);
  });

  it("keeps the state right before a great deletion, what was typed just before included", async () => {
    write(LONG);
    await keeper.flush("quiet");
    write(" typed a moment before");
    doc.getText("t").delete(0, LONG.length);
    expect(await texts()).toEqual([LONG, `${LONG} typed a moment before`]);
    expect((await states()).at(-1)?.cause).toBe("before-deletion");
    await keeper.flush();
    expect((await texts()).at(-1)).toBe(" typed a moment before");
  });

  it("finds the state before a great deletion in a document that was new a moment ago", async () => {
    write(LONG);
    doc.getText("t").delete(0, LONG.length);
    expect(await texts()).toEqual([LONG]);
  });

  it("does not take for a loss what arrives deleted already", async () => {
    const other = new Y.Doc();
    write(LONG, other);
    other.getText("t").delete(0, LONG.length);
    write("rest", other);
    write("here");
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
    expect(await states()).toEqual([]);
  });

  it("is not filled by a flood of great deletions", async () => {
    for (let round = 0; round < 50; round++) {
      write(LONG);
      doc.getText("t").delete(0, LONG.length);
    }
    expect((await states()).length).toBe(1);
  });

  it("says who wrote which clocks, and when", async () => {
    write("hello");
    const start = clock.now();
    await keeper.flush();
    clock.advance(seconds(10));
    write("!!");
    const second = clock.now();
    await keeper.flush();
    const client = doc.clientID;
    expect((await states()).map(({ contributions }) => contributions)).toEqual([
      [{ client, from: 0, to: 5, first: start, last: start }],
      [{ client, from: 5, to: 7, first: second, last: second }],
    ]);
  });

  it("knows deleters by what they wrote with it, else by whom the origin tells", async () => {
    write("abc");
    await keeper.flush();
    keeper.watch(doc, (origin) => (origin === "ben's connection" ? [77] : []));
    doc.transact(() => doc.getText("t").delete(0, 1), "ben's connection");
    await keeper.flush();
    expect((await states()).at(-1)?.deleters).toEqual([77]);
  });

  it("keeps what changed while nobody kept the history when it is opened", async () => {
    write("seen");
    await keeper.flush();
    keeper.stop();
    write(" and not seen");
    keeper = newKeeper();
    clock.advance(seconds(100));
    const first = (await store.load(room)).states[0]!.at;
    keeper.watch(doc);
    const [, opened] = await states();
    expect(opened?.cause).toBe("opened");
    expect(opened?.contributions).toEqual([{ client: doc.clientID, from: 4, to: 17, first, last: clock.now() }]);
  });

  it("keeps equal content once, however often it is opened and closed", async () => {
    write("same");
    await keeper.flush();
    for (let round = 0; round < 3; round++) {
      keeper.stop();
      keeper = newKeeper();
      keeper.watch(doc);
      await keeper.flush();
    }
    expect(await texts()).toEqual(["same"]);
  });

  it("tries again what the store refused, and loses no author by it", async () => {
    write("first");
    const start = clock.now();
    store.full = true;
    await keeper.flush();
    expect(await states()).toEqual([]);
    store.full = false;
    await clock.advanceAsync(QUIET);
    expect(await texts()).toEqual(["first"]);
    expect((await states())[0]?.contributions).toMatchObject([{ from: 0, to: 5, first: start }]);
  });

  it("names a version, counts versions, and takes a name away", async () => {
    write("draft");
    const kept = await keeper.keep("version");
    const label = { name: "Draft", by: "Ana", at: unixMs(1) };
    if (!kept.ok) throw new Error(kept.error);
    expect(await keeper.label(kept.value.id, label)).toMatchObject({ ok: true, value: { version: label } });
    expect(await keeper.keep("version")).toMatchObject({ ok: true, value: { id: kept.value.id } });
    expect(await keeper.label(kept.value.id, undefined)).toMatchObject({ ok: true, value: { version: undefined } });
    for (let made = 0; made < DEVICE_LIMITS.versions; made++) {
      write("x");
      const next = await keeper.keep("version");
      if (next.ok) expect((await keeper.label(next.value.id, label)).ok).toBe(true);
    }
    expect(await keeper.label(kept.value.id, label)).toEqual({ ok: false, error: "too-many-versions" });
  });

  it("stores the names of those who wrote, whenever they are told, and of nobody else", async () => {
    const claim = (client: number, peer: PeerId, name: string, verified = false) => ({ client, peer, name, verified });
    write("text");
    keeper.note([claim(doc.clientID, ANA, "Ana"), claim(1, BEN, "Ben who only reads")]);
    await keeper.flush();
    const names = async (): Promise<string[]> => {
      await keeper.settled();
      return (await store.load(room)).people.map(({ name }) => name);
    };
    expect(await names()).toEqual(["Ana"]);
    keeper.note([claim(doc.clientID, ANA, "Ana María")]);
    expect(await names()).toEqual(["Ana María"]);
    keeper.note([claim(doc.clientID, BEN, "Ben who claims too late")]);
    expect(await names()).toEqual(["Ana María"]);
    keeper.note([claim(doc.clientID, BEN, "Ben who can sign for any client", true)]);
    expect(await names()).toEqual(["Ana María"]);
    keeper.note([claim(doc.clientID, ANA, "Ana who proves it", true)]);
    expect(await names()).toEqual(["Ana who proves it"]);
    keeper.note([claim(doc.clientID, ANA, "whatever is claimed of her")]);
    expect(await names()).toEqual(["Ana who proves it"]);
  });
});
