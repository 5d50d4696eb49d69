// Cases of the DocSource suite about what a source says of itself, and how it comes and goes.

import * as Y from "yjs";
import { passesOnWhatWaited } from "./docSourceCarrying.ts";
import {
  agree,
  attachReady,
  check,
  connected,
  type ContractReplica,
  eventually,
  pumped,
  type CaseBody,
  type DocSourcePlace,
} from "./docSourceHarness.ts";

export const reportsAtOnce: CaseBody = (_place, join) => {
  const replica = join();
  replica.attach();
  check(replica.statuses.length > 0, "a status was reported before attach returned");
  return Promise.resolve();
};

export const becomesReady: CaseBody = async (place, join) => {
  await attachReady(place, join());
};

export const leavesNothing: CaseBody = async (place, join) => {
  const replica = join();
  const before = replica.listeners;
  await attachReady(place, replica);
  replica.text.insert(0, "something to do");
  check(replica.listeners > before, "an attached source listens");
  await replica.detach();
  check(replica.listeners === before, `listeners left behind: ${replica.listeners - before}`);
  const leftovers = (): string => (place.leftovers?.() ?? []).join(", ");
  await eventually(
    place,
    () => leftovers() === "",
    () => `nothing is left open, but: ${leftovers()}`,
  );
};

export const staysAway: CaseBody = async (place, join) => {
  const [gone, late] = [join(), join()];
  await attachReady(place, gone);
  gone.text.insert(0, "before");
  await gone.detach();
  const reports = gone.statuses.length;
  gone.text.insert(0, "after ");
  await attachReady(place, late);
  check(!late.text.toJSON().includes("after"), "an edit after detach did not travel");
  check(gone.statuses.length === reports, "a detached source reports no more");
};

export const attachesAgain: CaseBody = async (place, join) => {
  const [replica, late] = [join(), join()];
  await attachReady(place, replica);
  replica.text.insert(0, "first. ");
  await replica.detach();
  replica.text.insert(replica.text.length, "second. ");
  await attachReady(place, replica);
  replica.text.insert(replica.text.length, "third.");
  await pumped(place, replica.attached?.flush() ?? Promise.resolve());
  await attachReady(place, late);
  await agree(place, replica, late);
  check(late.text.toJSON() === "first. second. third.", "edits of all three times arrived once");
};

export const heldIsTrue: CaseBody = async (place, join) => {
  const replica = join();
  const outcome = proveHeld(place, replica);
  await attachReady(place, replica);
  for (let round = 0; round < 20; round++) {
    replica.text.insert(0, `line ${round}\n`);
    if (round % 3 === 2) replica.text.delete(2, 4);
    if (round % 5 === 4) await eventually(place, () => replica.held, "held after an edit");
  }
  await eventually(place, () => replica.held, "held after the last edit");
  await outcome();
};

export const heldIsTrueOfOthers: CaseBody = async (place, join) => {
  const [writer, reader] = [join(), join()];
  const outcome = proveHeld(place, reader);
  await Promise.all([attachReady(place, writer), attachReady(place, reader)]);
  for (let round = 0; round < 10; round++) {
    writer.text.insert(0, `line ${round}\n`);
    if (round % 3 === 2) writer.text.delete(2, 4);
    await eventually(place, () => reader.digest === writer.digest, "the edit arrived");
    if (round % 5 === 4) await eventually(place, () => reader.held, "held at the reader");
  }
  await outcome();
};

export const heldIsTrueOfWhatWaited: CaseBody = async (place, join) => {
  const replicas: ContractReplica[] = [];
  const outcomes: (() => Promise<void>)[] = [];
  await passesOnWhatWaited(place, () => {
    const replica = join();
    replicas.push(replica);
    outcomes.push(proveHeld(place, replica));
    return replica;
  });
  await eventually(place, () => replicas.every(({ held }) => held), "held of all");
  for (const outcome of outcomes) await outcome();
};

/** Checks, whenever the source says held, that the place alone gives everything the replica has at that instant. */
function proveHeld(place: DocSourcePlace, replica: ContractReplica): () => Promise<void> {
  check(place.stored !== undefined, "a place that stores can be read for the test");
  const proofs: Promise<boolean>[] = [];
  const prove = (): void => {
    if (replica.held) proofs.push(contains(place, Y.encodeStateAsUpdate(replica.doc)));
  };
  replica.onStatus = prove;
  replica.doc.on("afterAllTransactions", prove);
  return async () => {
    check(proofs.length > 0, "held was said");
    const outcomes = await Promise.all(proofs);
    const lies = outcomes.filter((outcome) => !outcome).length;
    check(lies === 0, `held was said ${lies} times of what was not stored`);
  };
}

/** True if the place alone gives everything that is in `state`, deletions included. */
async function contains(place: DocSourcePlace, state: Uint8Array): Promise<boolean> {
  const stored = await (place.stored?.() ?? Promise.resolve(new Uint8Array([0, 0])));
  const [alone, together] = [new Y.Doc(), new Y.Doc()];
  Y.applyUpdate(alone, stored);
  Y.applyUpdate(together, stored);
  Y.applyUpdate(together, state);
  const same = Y.equalSnapshots(Y.snapshot(alone), Y.snapshot(together));
  alone.destroy();
  together.destroy();
  return same;
}

export const takesHeldBack: CaseBody = async (place, join) => {
  const replica = join();
  await attachReady(place, replica);
  replica.text.insert(0, "a");
  await eventually(place, () => replica.held, "held");
  replica.text.insert(0, "b");
  check(!replica.held, "held was taken back before the edit returned");
  await eventually(place, () => replica.held, "held again");
  replica.text.delete(0, 1);
  check(!replica.held, "a deletion takes it back as well");
  await eventually(place, () => replica.held, "held again after a deletion");
};

export const keepsEverything: CaseBody = async (place, join) => {
  const [writer, reader] = [join(), join()];
  await attachReady(place, writer);
  writer.text.insert(0, "keep this and not that");
  writer.text.delete(9, 13);
  const digest = writer.digest;
  await writer.detach();
  await attachReady(place, reader);
  await eventually(place, () => reader.digest === digest, "the stored document is complete");
};

export const neverSaysHeld: CaseBody = async (place, join) => {
  const replica = join();
  await attachReady(place, replica);
  replica.text.insert(0, "a");
  await pumped(place, replica.attached?.flush() ?? Promise.resolve());
  check(!replica.statuses.some((status) => status.state === "connected" && status.held), "held was never said");
};

export const flushesAndResyncs: CaseBody = async (place, join) => {
  const replica = join();
  replica.attach().resync();
  await pumped(place, replica.attached?.flush() ?? Promise.resolve());
  await pumped(place, replica.attached?.ready ?? Promise.resolve());
  replica.text.insert(0, "a");
  replica.attached?.resync();
  replica.attached?.resync();
  await pumped(place, replica.attached?.flush() ?? Promise.resolve());
  check(replica.text.toJSON() === "a", "asking again doubles nothing");
};

export const survivesDamage: CaseBody = async (place, join) => {
  const [replica, other] = [join(), join()];
  await Promise.all([attachReady(place, replica), attachReady(place, other)]);
  replica.text.insert(0, "good");
  await pumped(place, replica.attached?.flush() ?? Promise.resolve());
  await place.damage?.();
  replica.text.insert(0, "very ");
  await pumped(place, replica.attached?.flush() ?? Promise.resolve());
  check(replica.text.toJSON() === "very good", "the document is untouched");
  const settled = (): boolean => replica.status?.state === "connected" || replica.status?.state === "failed";
  await eventually(place, settled, "a status that says what became of it");
  replica.text.insert(0, "still ");
  check(replica.text.toJSON() === "still very good", "editing goes on");
  if (replica.status?.state === "failed") return;
  // A place that is not live hands over only what was stored.
  await pumped(place, replica.attached?.flush() ?? Promise.resolve());
  await other.detach();
  await attachReady(place, other);
  await agree(place, replica, other);
};

export const attachesToDamage: CaseBody = async (place, join) => {
  const [writer, reader] = [join(), join()];
  await attachReady(place, writer);
  writer.text.insert(0, "good");
  await pumped(place, writer.attached?.flush() ?? Promise.resolve());
  await writer.detach();
  await place.damage?.();
  await pumped(place, reader.attach().ready);
  reader.text.insert(0, "very ");
  check(reader.text.toJSON().startsWith("very "), "editing works");
};

export const readyWhenAway: CaseBody = async (place, join) => {
  await place.cut?.();
  const replica = join();
  await pumped(place, replica.attach().ready);
  check(!connected(replica), "an unreachable place is not called connected");
  replica.text.insert(0, "alone");
  await pumped(place, replica.attached?.flush() ?? Promise.resolve());
};

export const detachesWhenAway: CaseBody = async (place, join) => {
  const replica = join();
  await place.cut?.();
  replica.attach();
  replica.text.insert(0, "alone");
  await replica.detach();
  check(replica.text.toJSON() === "alone", "the document is untouched");
};
