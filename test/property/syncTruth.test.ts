// Replicas with a disk each, a host and a mesh between them, faults in both: they converge when the faults end, and until
// then nothing that is said of them is false at any instant.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ms } from "#shared/base/units.ts";
import { documentDigest, hasPendingUpdates } from "#shared/notebook/digest.ts";
import { checkProperty } from "../support/property.ts";
import { contains, SyncWorld, type WorldReplica } from "../support/SyncWorld.ts";

type Command =
  | { readonly do: "insert" | "delete"; readonly who: number; readonly at: number; readonly text: string }
  | { readonly do: "cut-host" | "heal-host" | "cut-mesh" | "heal-mesh" | "leave"; readonly who: number }
  | { readonly do: "partition"; readonly groups: readonly number[] }
  | { readonly do: "faults"; readonly loss: number; readonly duplicate: number; readonly delay: number }
  | { readonly do: "host-down" | "host-up" | "join" | "calm" }
  | { readonly do: "wait"; readonly time: number };

const who = fc.nat(4);
const word = fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom("a", "b", "c", "é", "😀") });
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("insert" as const), who, at: fc.nat(), text: word }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("delete" as const), who, at: fc.nat(), text: word }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom("cut-host" as const, "heal-host", "cut-mesh", "heal-mesh"), who }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("host-down" as const, "host-up", "join", "calm") }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("partition" as const),
      groups: fc.array(fc.nat(1), { minLength: 5, maxLength: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("faults" as const),
      loss: fc.constantFrom(0, 0.1, 0.5, 1),
      duplicate: fc.constantFrom(0, 0.3),
      delay: fc.constantFrom(0, 50, 3_000),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("wait" as const), time: fc.constantFrom(1, 20, 450, 6_000) }) },
);

describe("replicas under faults", () => {
  it("never say what is not so, and agree when the faults are over", async () => {
    await checkProperty(
      "sync truth",
      60,
      fc.asyncProperty(
        fc.nat(),
        fc.integer({ min: 2, max: 5 }),
        fc.array(command, { maxLength: 50 }),
        expectHonestLife,
      ),
    );
  }, 1_200_000);

  it("forget whoever left while farewells were lost", async () => {
    await expectHonestLife(0, 3, [
      { do: "faults", loss: 0.5, duplicate: 0, delay: 0 },
      { do: "wait", time: 450 },
      { do: "leave", who: 0 },
      { do: "wait", time: 1 },
    ]);
  });
});

async function expectHonestLife(seed: number, count: number, commands: readonly Command[]): Promise<void> {
  const world = new SyncWorld(seed);
  world.afterEachMoment = () => expectTruth(world);
  // What throws in a listener is only told, so it is kept for the end.
  const lies: string[] = [];
  world.onView = (replica) => lies.push(...liesOf(world, replica));
  try {
    for (let index = 0; index < count; index++) world.join();
    for (const one of commands) await perform(world, one);
    await world.calm();
    await world.pass(ms(180_000));
    expectAgreement(world);
    expect(lies).toEqual([]);
  } finally {
    await world.end();
  }
}

async function perform(world: SyncWorld, command: Command): Promise<void> {
  const replica = "who" in command ? world.live[command.who % world.live.length] : undefined;
  switch (command.do) {
    case "insert":
      if (replica) replica.text.insert(command.at % (replica.text.length + 1), command.text);
      break;
    case "delete":
      if (replica && replica.text.length > 0) replica.text.delete(command.at % replica.text.length, 1);
      break;
    case "cut-host":
      world.host.cut(replica?.hostSource.node);
      break;
    case "heal-host":
      world.host.heal(replica?.hostSource.node);
      break;
    case "cut-mesh":
      world.mesh.cut(replica?.meshSource.node);
      break;
    case "heal-mesh":
      world.mesh.heal(replica?.meshSource.node);
      break;
    case "leave":
      if (replica && world.live.length > 1) await world.leave(replica);
      break;
    case "partition":
      world.partition(command.groups);
      break;
    case "faults":
      world.setFaults({ ...command, delay: { min: ms(0), max: ms(command.delay) } });
      break;
    case "host-down":
      world.host.cut();
      break;
    case "host-up":
      world.host.heal();
      break;
    case "join":
      if (world.live.length < 5) world.join();
      break;
    case "calm":
      await world.calm();
      break;
    case "wait":
      await world.pass(ms(command.time));
  }
  expectTruth(world);
}

/** Ground truth against every claim. */
function expectTruth(world: SyncWorld): void {
  for (const replica of world.live) {
    expect(liesOf(world, replica)).toEqual([]);
    expect(replica.sync.view.get().incomplete, "incomplete").toBe(hasPendingUpdates(replica.doc));
  }
}

/** Claims of one replica that are not so at this instant. */
function liesOf(world: SyncWorld, replica: WorldReplica): readonly string[] {
  const { saved, heldByHost, seen } = replica.sync.view.get();
  const seers = world.everybody.filter((other) => other !== replica && contains(other.doc, replica.doc)).length;
  return [
    ...(saved && !contains(replica.disk.document!, replica.doc) ? ["saved"] : []),
    ...(heldByHost === true && !contains(world.host.document!, replica.doc) ? ["held by the host"] : []),
    ...(seen.by > Math.min(seers, seen.of) ? [`seen by ${seen.by} of ${seen.of}, in truth by ${seers}`] : []),
  ];
}

function expectAgreement(world: SyncWorld): void {
  const [first] = world.live;
  for (const replica of world.live) {
    expect(documentDigest(replica.doc)).toBe(documentDigest(first!.doc));
    expect(replica.text.toJSON()).toBe(first!.text.toJSON());
    const { saved, heldByHost, seen, incomplete } = replica.sync.view.get();
    expect({ saved, heldByHost, incomplete, by: seen.by }).toEqual({
      saved: true,
      heldByHost: true,
      incomplete: false,
      by: world.live.length - 1,
    });
  }
  expect(contains(world.host.document!, first!.doc)).toBe(true);
}
