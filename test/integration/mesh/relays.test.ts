// Thirty peers without a class host, in simulated time: whoever comes, goes or crashes, all come together again, with few
// links each.

import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { FULL_MESH_PEERS, relayCount, shareOf } from "#shared/adapters/webrtc/mesh/planMesh.ts";
import { ms, seconds } from "#shared/base/units.ts";
import type { MeshNode } from "../../support/mesh/MeshNode.ts";
import { MeshWorld } from "../../support/mesh/MeshWorld.ts";
import { checkProperty, LONG } from "../../support/property.ts";

const PEERS = 30;
/** Most links by plan: relays among one another, and a relay's share of the others. One relay may be spare. */
const bound = (peers: number): number => {
  const relays = relayCount(peers);
  return relays + shareOf(peers - relays, relays);
};

const inLongRun: (name: string, body: () => Promise<void>) => void = LONG ? it : () => undefined;

let world: MeshWorld;
const begin = (): MeshWorld => (world = new MeshWorld());
afterEach(() => world.end());

async function expectAllHear(node: MeshNode): Promise<void> {
  node.type(`from ${node.id};`);
  await world.until("everybody has the edit", () => world.converged, seconds(5));
}

/** Links are made and given up by then. */
const settle = (): Promise<void> => world.pass(seconds(45));

describe("thirty peers without a host", () => {
  it("come together at once, elect relays, and settle at few links", async () => {
    begin();
    await world.joinAll(PEERS);
    await world.until("one group", () => world.together, seconds(5));
    await settle();
    expect(world.relays.length).toBeGreaterThanOrEqual(relayCount(PEERS));
    expect(world.relays.length).toBeLessThanOrEqual(relayCount(PEERS) + 1);
    expect(world.mostLinks).toBeLessThanOrEqual(bound(PEERS));
    for (const node of world.live) await expectAllHear(node);
  });

  it("send an edit over few links: a full mesh would take 870 messages", async () => {
    begin();
    await world.joinAll(PEERS);
    await settle();
    const before = world.sent.update;
    await expectAllHear(world.live[3]!);
    await world.pass(seconds(2));
    expect(world.sent.update - before).toBeLessThan(200);
  });

  inLongRun("who join all at once come together as well", async () => {
    begin();
    await world.joinAll(PEERS, ms(0));
    await world.until("one group", () => world.together, seconds(60));
    await settle();
    expect(world.mostLinks).toBeLessThanOrEqual(bound(PEERS));
    await expectAllHear(world.live[7]!);
  });

  inLongRun("do without a relay that crashed as soon as they notice, and elect another", async () => {
    begin();
    await world.joinAll(PEERS);
    await settle();
    world.relays[0]!.crash();
    await world.until(
      "the loss is noticed and mended",
      () => world.live.every(({ linked }) => linked.length >= 2),
      seconds(12),
    );
    expect(world.together).toBe(true);
    await expectAllHear(world.live[5]!);
    await world.pass(seconds(90));
    expect(world.relays.length).toBeGreaterThanOrEqual(relayCount(PEERS - 1));
    expect(world.mostLinks).toBeLessThanOrEqual(bound(PEERS));
    await expectAllHear(world.live[6]!);
  });

  it("mend themselves also when the signalling server went with the host", async () => {
    begin();
    await world.joinAll(PEERS);
    await settle();
    world.server = false;
    for (let round = 0; round < 3; round++) {
      world.relays[0]!.crash();
      await world.pass(seconds(60));
      expect(world.together).toBe(true);
      expect(Math.min(...world.live.map(({ linked }) => linked.length))).toBeGreaterThanOrEqual(2);
      await expectAllHear(world.live[2]!);
    }
  });

  inLongRun("take back a peer that lost all its relays at once when the server is there again", async () => {
    begin();
    await world.joinAll(PEERS);
    await settle();
    world.server = false;
    const lonely = world.live.find((node) => !node.serves)!;
    for (const relay of lonely.linked) world.nodes.get(relay)!.crash();
    await world.pass(seconds(20));
    expect(lonely.linked).toEqual([]);
    lonely.type("alone;");
    await world.pass(seconds(60));
    world.server = true;
    await world.until("one group", () => world.together, seconds(60));
    await world.until("everybody has it", () => world.converged);
  });

  it("barely notice one that comes or leaves", async () => {
    begin();
    await world.joinAll(PEERS);
    await settle();
    const before = world.links;
    const relays = world.relays.map(({ id }) => id);
    const newcomer = world.join();
    await settle();
    expect(world.relays.map(({ id }) => id)).toEqual(expect.arrayContaining(relays));
    const made = [...world.links].filter((link) => !before.has(link) && !link.includes(newcomer.id));
    expect(made.length).toBeLessThanOrEqual(PEERS / 3);
    await expectAllHear(newcomer);
    newcomer.leave();
    await settle();
    expect(world.together).toBe(true);
  });

  inLongRun("find others where direct links to some relays do not work", async () => {
    begin();
    await world.joinAll(PEERS);
    await settle();
    const newcomer = world.join();
    for (const relay of world.relays.slice(0, -1)) world.blocked.add([relay.id, newcomer.id].sort().join("–"));
    await world.until("two links", () => newcomer.linked.length >= 2, seconds(90));
    await expectAllHear(newcomer);
  });
});

describe("a room that stays small", () => {
  it("is a full mesh without relays", async () => {
    begin();
    await world.joinAll(FULL_MESH_PEERS);
    await settle();
    expect(world.relays).toEqual([]);
    for (const { linked } of world.live) expect(linked.length).toBe(FULL_MESH_PEERS - 1);
  });

  inLongRun("becomes one again when most have left", async () => {
    begin();
    await world.joinAll(20);
    await settle();
    for (const node of world.live.slice(0, 12)) node.leave();
    await world.pass(seconds(60));
    expect(world.relays).toEqual([]);
    for (const { linked } of world.live) expect(linked.length).toBe(7);
    for (const { keeper } of world.live) expect(keeper.forwards.get()).toBe(false);
  });
});

describe("whatever happens", () => {
  it("all come together and hold the same when it has ended", async () => {
    const step = fc.record({
      what: fc.constantFrom("crash" as const, "leave" as const, "join" as const, "server" as const, "type" as const),
      which: fc.nat(100),
      wait: fc.constantFrom(0, 100, 1_000, 10_000),
    });
    await checkProperty(
      "mesh: any life",
      2,
      fc.asyncProperty(fc.integer({ min: 5, max: 26 }), fc.array(step, { maxLength: 25 }), async (peers, steps) => {
        begin();
        try {
          await world.joinAll(peers);
          for (const { what, which, wait } of steps) {
            const node = world.live[which % world.live.length];
            if (what === "join") world.join();
            else if (what === "server") world.server = !world.server;
            else if (what === "type") node?.type(`${which};`);
            else if (world.live.length > 3) node?.[what]();
            await world.pass(ms(wait));
          }
          world.server = true;
          await world.until("one group", () => world.together, seconds(120));
          await world.until("the same document", () => world.converged, seconds(10));
          await world.pass(seconds(120));
          expect(world.together).toBe(true);
          expect(world.mostLinks).toBeLessThanOrEqual(Math.max(FULL_MESH_PEERS, bound(world.live.length)));
        } finally {
          world.end();
        }
      }),
    );
  });
});
