import { afterEach, describe, expect, it } from "vitest";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemoryJobBroker } from "#shared/adapters/MemoryJobTransport.ts";
import { MqttDocSource } from "#shared/adapters/mqtt/MqttDocSource.ts";
import { GATHERED } from "#shared/adapters/mqtt/RelayOutbox.ts";
import { NEED_AFTER } from "#shared/adapters/mqtt/mqttOptions.ts";
import { PeerId, RoomId } from "#shared/base/ids.ts";
import { seededRandom } from "#shared/base/seededRandom.ts";
import { ms } from "#shared/base/units.ts";
import { Value } from "#shared/base/value.ts";
import type { SourceStatus } from "#shared/ports/DocSource.ts";
import { createRoomSecret, deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";

/** A room on a broker in memory that counts what is published and may lose it. */
class Room {
  readonly clock = new FakeClock();
  readonly broker = new MemoryJobBroker((deliver) => {
    if (this.lose > 0) this.lose--;
    else queueMicrotask(deliver);
  });
  readonly keys = deriveRoomKeys(RoomId.create(), createRoomSecret());
  readonly published: { topic: string; payload: Uint8Array; retain: boolean }[] = [];
  readonly ended: (() => Promise<void>)[] = [];
  /** So many of the next deliveries are lost. */
  lose = 0;
  readonly #random = seededRandom(1);

  constructor() {
    const publish = this.broker.publish.bind(this.broker);
    this.broker.publish = (topic, payload, retain) => {
      this.published.push({ topic, payload, retain });
      publish(topic, payload, retain);
    };
  }

  /** `link`: its end of direct links; `links`: the ends of others that it is linked to. */
  join(hub: boolean, links = new Value<ReadonlySet<string>>(new Set()), link?: string) {
    const doc = new Y.Doc();
    const awareness = new Awareness(doc);
    if (link !== undefined) awareness.setLocalStateField("link", link);
    const better = new Value(hub);
    const statuses: SourceStatus[] = [];
    const source = new MqttDocSource({
      ...{ keys: this.keys, better, links, clock: this.clock, logger: silentLogger, random: this.#random },
      connect: () => ({ self: PeerId.createPassing(), transport: this.broker.connect() }),
    });
    const attached = source.attach({ doc, awareness }, (status) => statuses.push(status));
    const end = async (): Promise<void> => {
      await attached.detach();
      awareness.destroy();
    };
    this.ended.push(end);
    return { doc, awareness, text: doc.getText("t"), better, attached, end, status: () => statuses.at(-1) };
  }

  /** Moves time on, as long as a peer takes to find that it needs the broker, and more. */
  pass(time = NEED_AFTER + 500): Promise<void> {
    return this.clock.advanceAsync(ms(time));
  }
}

const rooms: Room[] = [];
function openRoom(): Room {
  const room = new Room();
  rooms.push(room);
  return room;
}

afterEach(async () => {
  for (const room of rooms.splice(0)) for (const end of room.ended) await end();
});

describe("MqttDocSource", () => {
  it("publishes nothing but one hello while everybody has the hub", async () => {
    const room = openRoom();
    const [ana, ben] = [room.join(true), room.join(true)];
    await room.pass();
    ana.text.insert(0, "by the hub");
    ana.awareness.setLocalStateField("mood", "calm");
    await room.pass(120_000);
    expect(room.published).toHaveLength(2);
    expect(ben.text.toJSON()).toBe("");
    expect(ana.status()).toEqual({ state: "connected", held: false, standby: true });
  });

  it("carries when the hub is lost, and is silent again when it is back", async () => {
    const room = openRoom();
    const [ana, ben] = [room.join(true), room.join(true)];
    await room.pass();
    for (const one of [ana, ben]) one.better.set(false);
    ana.text.insert(0, "typed before anybody knew. ");
    await room.pass();
    expect(ben.text.toJSON()).toBe("typed before anybody knew. ");
    ana.text.insert(0, "typed later. ");
    await room.pass(0);
    expect(ben.text.toJSON()).toBe("typed later. typed before anybody knew. ");
    expect(ben.status()).toEqual({ state: "connected", held: false, peers: 1 });
    for (const one of [ana, ben]) one.better.set(true);
    await room.pass();
    const before = room.published.length;
    ana.text.insert(0, "by the hub again");
    await room.pass(120_000);
    expect(room.published.length).toBe(before);
    expect(ben.status()).toEqual({ state: "connected", held: false, standby: true });
  });

  it("does not stir for a hiccup of the hub", async () => {
    const room = openRoom();
    const ana = room.join(true);
    await room.pass();
    ana.better.set(false);
    await room.pass(NEED_AFTER - 100);
    ana.better.set(true);
    await room.pass();
    expect(room.published).toHaveLength(1);
  });

  it("joins one who has the broker alone to those who have the hub, both ways", async () => {
    const room = openRoom();
    const [atHub, alone] = [room.join(true), room.join(false)];
    atHub.text.insert(0, "hub. ");
    await room.pass();
    expect(alone.text.toJSON()).toBe("hub. ");
    alone.text.insert(0, "alone. ");
    await room.pass(0);
    expect(atHub.text.toJSON()).toBe("alone. hub. ");
    // What comes by another way is passed on, after a moment.
    const third = new Y.Doc();
    third.getText("t").insert(0, "third. ");
    Y.applyUpdate(atHub.doc, Y.encodeStateAsUpdate(third), "the hub");
    await room.pass();
    expect(alone.text.toJSON()).toContain("third. ");
  });

  it("gathers edits and presence for those whom links reach, too", async () => {
    const room = openRoom();
    const links = new Value<ReadonlySet<string>>(new Set(["ben"]));
    const [ana, ben] = [room.join(false, links), room.join(false, undefined, "ben")];
    await room.pass();
    const before = room.published.length;
    for (const key of ["a", "b", "c"]) {
      ana.text.insert(ana.text.length, key);
      ana.awareness.setLocalStateField("caret", key);
      await room.pass(GATHERED / 5);
    }
    expect(room.published.length).toBe(before);
    await room.pass(GATHERED);
    expect(ben.text.toJSON()).toBe("abc");
    expect(ben.awareness.getStates().get(ana.doc.clientID)).toEqual({ caret: "c" });
    // One message each.
    expect(room.published.length).toBe(before + 2);
  });

  it("gathers nothing while anybody has the broker alone, or once a link is lost", async () => {
    const room = openRoom();
    const links = new Value<ReadonlySet<string>>(new Set(["ben"]));
    const [ana, ben] = [room.join(false, links), room.join(false, undefined, "ben")];
    await room.pass();
    ana.text.insert(0, "gathered. ");
    links.set(new Set());
    ana.text.insert(0, "at once. ");
    await room.pass(0);
    expect(ben.text.toJSON()).toBe("at once. gathered. ");
    const cleo = room.join(false);
    await room.pass();
    links.set(new Set(["ben"]));
    ana.text.insert(0, "three. ");
    await room.pass(0);
    expect(cleo.text.toJSON()).toBe("three. at once. gathered. ");
  });

  it("gathers nothing while its links are to others than those who hear it", async () => {
    const room = openRoom();
    const links = new Value<ReadonlySet<string>>(new Set(["gone from the broker"]));
    const [ana, ben] = [room.join(false, links), room.join(false, undefined, "ben")];
    await room.pass();
    ana.text.insert(0, "at once");
    await room.pass(0);
    expect(ben.text.toJSON()).toBe("at once");
  });

  it("gathers as soon as a peer says where links that began later end", async () => {
    const room = openRoom();
    const links = new Value<ReadonlySet<string>>(new Set(["ben"]));
    const [ana, ben] = [room.join(false, links), room.join(false)];
    await room.pass();
    ben.awareness.setLocalStateField("link", "ben");
    await room.pass(1);
    ana.text.insert(0, "gathered");
    await room.pass(GATHERED / 2);
    expect(ben.text.toJSON()).toBe("");
    await room.pass(GATHERED);
    expect(ben.text.toJSON()).toBe("gathered");
  });

  it("gives what it gathered when it is flushed or leaves", async () => {
    const room = openRoom();
    const links = new Value<ReadonlySet<string>>(new Set(["ben"]));
    const [ana, ben] = [room.join(false, links), room.join(false, undefined, "ben")];
    await room.pass();
    ana.text.insert(0, "flushed. ");
    await ana.attached.flush();
    await room.pass(0);
    expect(ben.text.toJSON()).toBe("flushed. ");
    ana.text.insert(0, "left. ");
    await ana.attached.detach();
    await room.pass(0);
    expect(ben.text.toJSON()).toBe("left. flushed. ");
  });

  it("passes on news that came to one alone", async () => {
    const room = openRoom();
    const first = [room.join(false), room.join(false), room.join(false)];
    await room.pass();
    const late = room.join(false);
    late.text.insert(0, "from far away");
    await room.pass(3_000);
    expect(first.map(({ text }) => text.toJSON())).toEqual(first.map(() => "from far away"));
  });

  it("mends what was lost when it is asked to", async () => {
    const room = openRoom();
    const [ana, ben] = [room.join(false), room.join(false)];
    await room.pass();
    await room.pass(5_000);
    room.lose = 2;
    ana.text.insert(0, "lost");
    await room.pass(1);
    expect(ben.text.toJSON()).toBe("");
    ben.attached.resync();
    await room.pass(1);
    expect(ben.text.toJSON()).toBe("lost");
  });

  it("mends by itself a large message of which a part was lost", async () => {
    const room = openRoom();
    const [ana, ben] = [room.join(false), room.join(false)];
    await room.pass(5_000);
    room.lose = 2;
    ana.text.insert(0, "x".repeat(100_000));
    await room.pass(3_000);
    expect(ben.text.length).toBe(100_000);
  });

  it("keeps nothing on the broker, and nothing readable passes through it", async () => {
    const room = openRoom();
    const [ana] = [room.join(false), room.join(false)];
    await room.pass();
    ana.text.insert(0, "secret");
    await room.pass();
    expect(room.published.filter(({ retain }) => retain)).toEqual([]);
    expect(room.published.every(({ topic }) => topic.startsWith(`mb1/${room.keys.topicTag}/`))).toBe(true);
    const readable = room.published.map(({ payload }) => new TextDecoder("latin1").decode(payload));
    expect(readable.filter((text) => text.includes("secret"))).toEqual([]);
  });

  it("forgets peers that left or fell silent", async () => {
    const room = openRoom();
    const [ana, ben, cleo] = [room.join(false), room.join(false), room.join(false)];
    await room.pass();
    expect(ana.status()).toMatchObject({ peers: 2 });
    await ben.end();
    await room.pass(1);
    expect(ana.status()).toMatchObject({ peers: 1 });
    room.lose = Number.POSITIVE_INFINITY;
    await cleo.end();
    await room.pass(60_000);
    expect(ana.status()).toMatchObject({ peers: 0 });
  });
});
