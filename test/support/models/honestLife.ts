// The model of replicas under faults: what may happen to them, and what must be so of them at every instant and at the end.

import { expect } from "vitest";
import { ms } from "#shared/base/units.ts";
import { documentDigest, hasPendingUpdates } from "#shared/notebook/digest.ts";
import { contains, SyncWorld, type WorldReplica } from "../SyncWorld.ts";

export type WorldCommand =
  | { readonly do: "insert" | "delete"; readonly who: number; readonly at: number; readonly text: string }
  | { readonly do: "cut-host" | "heal-host" | "cut-mesh" | "heal-mesh" | "leave"; readonly who: number }
  | { readonly do: "partition"; readonly groups: readonly number[] }
  | { readonly do: "faults"; readonly loss: number; readonly duplicate: number; readonly delay: number }
  | { readonly do: "host-down" | "host-up" | "join" | "calm" }
  | { readonly do: "wait"; readonly time: number };

/** One life of `count` replicas. Throws at the first claim that is not so. */
export async function expectHonestLife(seed: number, count: number, commands: readonly WorldCommand[]): Promise<void> {
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
    await bringBack(world);
    expectAgreement(world);
    expect(lies).toEqual([]);
  } finally {
    await world.end();
  }
}

/**
 * Who leaves while messages are on their way may take along what others' parts build on. Then these say that something is
 * missing, truly, until it is back.
 */
async function bringBack(world: SyncWorld): Promise<void> {
  if (!world.live.some(({ doc }) => hasPendingUpdates(doc))) return;
  const gone = world.everybody.filter((replica) => !world.live.includes(replica));
  const holders = gone.filter(({ doc }) => !contains(world.host.document!, doc));
  expect(holders.length, "replicas that left with what is missing").toBeGreaterThan(0);
  for (const { disk } of holders) world.join(disk);
  await world.pass(ms(180_000));
}

async function perform(world: SyncWorld, command: WorldCommand): Promise<void> {
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
