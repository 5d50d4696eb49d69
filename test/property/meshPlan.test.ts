// Relays among the peers of a room: whoever comes and goes, everybody reaches everybody, nobody carries too much, and
// next to nobody is moved.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  FULL_MESH_PEERS,
  partnersOf,
  planMesh,
  relayCount,
  RELAYS_PER_PEER,
  shareOf,
  substitutes,
  type MeshPeer,
  type MeshPlan,
} from "#shared/adapters/webrtc/mesh/planMesh.ts";
import { checkProperty } from "../support/property.ts";

const peersOf = (ids: readonly string[], serves: ReadonlySet<string>): readonly MeshPeer[] =>
  ids.map((id) => ({ id, serves: serves.has(id), isHeard: true }));

const relaysIn = (plan: MeshPlan): ReadonlySet<string> => new Set(plan.shape === "relayed" ? plan.relays : []);

/** What peers settle at: each shows what it was elected for, until nothing changes. */
function settled(ids: readonly string[], serving: ReadonlySet<string> = new Set()): MeshPlan {
  let plan = planMesh(peersOf(ids, serving));
  for (let round = 0; round < 5; round++) {
    const next = planMesh(peersOf(ids, relaysIn(plan)));
    if (JSON.stringify([...relaysIn(next)]) === JSON.stringify([...relaysIn(plan)])) return next;
    plan = next;
  }
  throw new Error("the election does not settle");
}

const linksOf = (plan: MeshPlan, ids: readonly string[]): ReadonlySet<string> =>
  new Set(ids.flatMap((id) => partnersOf(plan, id).map((partner) => [id, partner].sort().join("–"))));

/** Peers reached from the first, with how many links between. */
function distances(links: ReadonlySet<string>, ids: readonly string[]): ReadonlyMap<string, number> {
  const near = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const link of links) {
    const [one, other] = link.split("–") as [string, string];
    near.get(one)!.push(other);
    near.get(other)!.push(one);
  }
  const found = new Map([[ids[0]!, 0]]);
  for (const [id, distance] of found) {
    for (const next of near.get(id)!) if (!found.has(next)) found.set(next, distance + 1);
  }
  return found;
}

const room = (maxLength: number) => fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength });

describe("planMesh", () => {
  it("links everybody over at most two relays, and gives nobody more than its share", async () => {
    await checkProperty(
      "mesh: connected and bounded",
      60,
      fc.property(room(80), fc.func(fc.boolean()), (ids, claims) => {
        const plan = planMesh(ids.map((id) => ({ id, serves: claims(id), isHeard: true })));
        const found = distances(linksOf(plan, ids), ids);
        expect(found.size).toBe(ids.length);
        expect(Math.max(...found.values())).toBeLessThanOrEqual(3);
        if (plan.shape === "full") {
          expect(ids.length).toBeLessThanOrEqual(FULL_MESH_PEERS);
          return;
        }
        const relays = plan.relays.length;
        const most = relays - 1 + shareOf(ids.length - relays, relays);
        expect(Math.abs(relays - relayCount(ids.length) - 0.5)).toBeLessThanOrEqual(0.5);
        for (const id of ids) {
          const degree = partnersOf(plan, id).length;
          if (plan.relays.includes(id)) expect(degree).toBeLessThanOrEqual(most);
          else expect(degree).toBe(RELAYS_PER_PEER);
        }
      }),
    );
  });

  it("makes relays only of those whose word others take, while there are such, and leaves nobody alone", async () => {
    await checkProperty(
      "mesh: heard relays",
      40,
      fc.property(room(80), fc.func(fc.boolean()), fc.func(fc.boolean()), (ids, claims, hears) => {
        const peers = ids.map((id) => ({ id, serves: claims(id), isHeard: hears(id) }));
        const plan = planMesh(peers);
        if (plan.shape === "full") return;
        const heard = ids.filter((id) => hears(id));
        const able = heard.length > 0 ? heard : ids;
        expect(plan.relays.length).toBeGreaterThan(0);
        for (const relay of plan.relays) expect(able).toContain(relay);
        expect(distances(linksOf(plan, ids), ids).size).toBe(ids.length);
      }),
    );
  });

  it("comes to the same plan whatever the order in which peers are known, and both ends agree on a link", async () => {
    await checkProperty(
      "mesh: agreement",
      40,
      fc.property(room(60), fc.infiniteStream(fc.nat()), (ids, order) => {
        const shuffled = [...ids].sort(() => ((order.next().value as number) % 3) - 1);
        const plan = settled(ids);
        const other = settled(shuffled);
        for (const id of ids) expect([...partnersOf(other, id)].sort()).toEqual([...partnersOf(plan, id)].sort());
        for (const id of ids) {
          for (const partner of partnersOf(plan, id)) expect(partnersOf(plan, partner)).toContain(id);
        }
      }),
    );
  });

  it("moves few when somebody comes or goes", async () => {
    const moves: number[] = [];
    await checkProperty(
      "mesh: few moves",
      15,
      fc.property(
        fc.uniqueArray(fc.uuid(), { minLength: 14, maxLength: 40 }),
        fc.array(fc.tuple(fc.boolean(), fc.nat(), fc.uuid()), { minLength: 1, maxLength: 20 }),
        (start, steps) => {
          let ids = [...start];
          let plan = settled(ids);
          for (const [joins, which, newcomer] of steps) {
            const gone = joins ? undefined : ids[which % ids.length];
            const next = joins ? [...new Set([...ids, newcomer])] : ids.filter((id) => id !== gone);
            if (next.length <= FULL_MESH_PEERS || next.length > 50) continue;
            const relaysBefore = relaysIn(plan);
            const after = settled(next, relaysBefore);
            const stayed = next.filter((id) => ids.includes(id));
            const touching = (links: ReadonlySet<string>): readonly string[] =>
              [...links].filter((link) => link.split("–").every((end) => stayed.includes(end)));
            const before = new Set(touching(linksOf(plan, ids)));
            const made = touching(linksOf(after, next)).filter((link) => !before.has(link));
            // Nobody is unmade by a newcomer; for one that leaves at most one other is made.
            for (const relay of relaysBefore)
              if (relay !== gone && joins) expect(after).toHaveProperty("relays", expect.arrayContaining([relay]));
            if (gone === undefined || !relaysBefore.has(gone)) moves.push(made.length / stayed.length);
            ids = next;
            plan = after;
          }
        },
      ),
    );
    // New links among those who stay, per peer: a full reshuffle would be about two.
    expect(moves.reduce((sum, one) => sum + one, 0) / moves.length).toBeLessThan(0.3);
  });

  it("keeps its shape while a room stands at its limit and one comes and goes", () => {
    const ids = Array.from({ length: FULL_MESH_PEERS + 1 }, (_, index) => `peer-${index}`);
    const large = settled(ids);
    expect(large.shape).toBe("relayed");
    const gone = ids.find((id) => !relaysIn(large).has(id));
    expect(
      settled(
        ids.filter((id) => id !== gone),
        relaysIn(large),
      ).shape,
    ).toBe("relayed");
    expect(settled(ids.slice(0, FULL_MESH_PEERS)).shape).toBe("full");
    expect(settled(ids.slice(0, 9), relaysIn(large)).shape).toBe("full");
  });
});

describe("substitutes", () => {
  it("are as many as cannot be reached, relays first, and nobody while all can", async () => {
    await checkProperty(
      "mesh: substitutes",
      40,
      fc.property(fc.uniqueArray(fc.uuid(), { minLength: 14, maxLength: 50 }), fc.func(fc.boolean()), (ids, reach) => {
        const plan = settled(ids);
        const self = ids.find((id) => !relaysIn(plan).has(id))!;
        const given = partnersOf(plan, self);
        const all = { peers: ids, linked: () => false };
        expect(substitutes(plan, self, { ...all, usable: () => true })).toEqual([]);
        const found = substitutes(plan, self, { ...all, usable: (id) => reach(id) });
        const missing = given.filter((id) => !reach(id)).length;
        const others = ids.filter((id) => id !== self && !given.includes(id) && reach(id));
        expect(found.length).toBe(Math.min(missing, others.length));
        const free = others.filter((id) => relaysIn(plan).has(id)).length;
        expect(found.filter((id) => relaysIn(plan).has(id)).length).toBe(Math.min(missing, free));
        for (const id of found) expect(others).toContain(id);
      }),
    );
  });
});
