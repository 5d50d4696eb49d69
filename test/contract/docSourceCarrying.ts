// Cases of the DocSource suite about what arrives: everything, once, wherever it was written.

import * as Y from "yjs";
import { agree, attachReady, check, connected, eventually, pumped, type CaseBody } from "./docSourceHarness.ts";

/** A first sync that single frames and rows must survive (bytes). */
const LARGE = 5_000_000;

export const givesLaterReplica: CaseBody = async (place, join) => {
  const [early, late] = [join(), join()];
  await attachReady(place, early);
  early.text.insert(0, "one two three");
  early.text.delete(3, 4);
  early.doc.getMap("marks").set("a", 1);
  early.doc.getMap("marks").delete("a");
  await pumped(place, early.attached?.flush() ?? Promise.resolve());
  await attachReady(place, late);
  await agree(place, early, late);
  check(late.text.toJSON() === "one three", "the later replica reads what was written");
  check(!late.doc.getMap("marks").has("a"), "the later replica knows of the deletion");
};

export const carriesBothWays: CaseBody = async (place, join) => {
  const [one, other] = [join(), join()];
  await Promise.all([attachReady(place, one), attachReady(place, other)]);
  one.text.insert(0, "from one. ");
  await agree(place, one, other);
  other.text.insert(other.text.length, "from the other.");
  await agree(place, one, other);
  one.text.delete(0, 5);
  await agree(place, one, other);
  check(other.text.toJSON() === "one. from the other.", "insertions and deletions arrived");
};

export const mergesEarlierEdits: CaseBody = async (place, join) => {
  const [one, other] = [join(), join()];
  one.text.insert(0, "A");
  other.text.insert(0, "B");
  one.attach();
  other.attach();
  await agree(place, one, other);
  check(one.text.length === 2, "nothing was lost and nothing doubled");
};

export const keepsEarlyEdit: CaseBody = async (place, join) => {
  const [early, late] = [join(), join()];
  early.attach();
  early.text.insert(0, "typed at once");
  await pumped(place, early.attached?.ready ?? Promise.resolve());
  await eventually(place, () => connected(early), "connected");
  await pumped(place, early.attached?.flush() ?? Promise.resolve());
  await attachReady(place, late);
  await agree(place, early, late);
  check(late.text.toJSON() === "typed at once", "the early edit arrived");
};

export const carriesLargeDocument: CaseBody = async (place, join) => {
  const [early, late] = [join(), join()];
  early.text.insert(0, "x".repeat(LARGE));
  await attachReady(place, early);
  await pumped(place, early.attached?.flush() ?? Promise.resolve());
  await attachReady(place, late);
  await agree(place, early, late);
  check(late.text.length === LARGE, "the large document arrived whole");
};

export const carriesLargeEdit: CaseBody = async (place, join) => {
  const [one, other] = [join(), join()];
  await Promise.all([attachReady(place, one), attachReady(place, other)]);
  one.text.insert(0, "y".repeat(LARGE));
  await agree(place, one, other);
};

export const usesOwnOrigin: CaseBody = async (place, join) => {
  const [early, late] = [join(), join()];
  await attachReady(place, early);
  early.text.insert(0, "content");
  await pumped(place, early.attached?.flush() ?? Promise.resolve());
  const origins = new Set<unknown>();
  late.doc.on("update", (_update: Uint8Array, origin: unknown) => origins.add(origin));
  await attachReady(place, late);
  await agree(place, early, late);
  check(origins.size === 1, "everything foreign came under one origin");
  check(![undefined, null].includes([...origins][0] as undefined), "and the origin says who it was");
};

export const ignoresOwnOrigin: CaseBody = async (place, join) => {
  const [first, second, third] = [join(), join(), join()];
  await attachReady(place, first);
  first.text.insert(0, "content");
  await first.detach();
  let own: unknown;
  second.doc.on("update", (_update: Uint8Array, origin: unknown) => (own = origin));
  await attachReady(place, second);
  check(own !== undefined, "an origin was seen");
  second.doc.transact(() => second.text.insert(0, "echo of "), own);
  await second.detach();
  await attachReady(place, third);
  check(third.text.toJSON() === "content", "a write under the source's own origin is not written again");
};

export const carriesPresence: CaseBody = async (place, join) => {
  const [one, other] = [join(), join()];
  one.awareness.setLocalStateField("mood", "early");
  await Promise.all([attachReady(place, one), attachReady(place, other)]);
  const seen = (): unknown => other.awareness.getStates().get(one.doc.clientID)?.["mood"];
  await eventually(place, () => seen() === "early", "presence from before attaching is seen");
  one.awareness.setLocalStateField("mood", "late");
  await eventually(place, () => seen() === "late", "a change of presence is seen");
  check(one.awareness.getStates().get(one.doc.clientID)?.["mood"] === "late", "our own presence is ours");
};

export const leavesPresenceAlone: CaseBody = async (place, join) => {
  const replica = join();
  replica.awareness.setLocalStateField("mood", "calm");
  await attachReady(place, replica);
  await replica.detach();
  check(replica.awareness.getLocalState()?.["mood"] === "calm", "presence is as it was");
};

export const mergesAfterCut: CaseBody = async (place, join) => {
  const [one, other] = [join(), join()];
  await Promise.all([attachReady(place, one), attachReady(place, other)]);
  one.text.insert(0, "common ");
  await agree(place, one, other);
  await place.cut?.();
  one.text.insert(0, "one ");
  other.text.insert(0, "other ");
  await eventually(place, () => !connected(one) && !connected(other), "both say that the place is away");
  check(!one.held, "nothing new is called held");
  one.text.delete(0, 1);
  await place.heal?.();
  await eventually(place, () => connected(one) && connected(other), "both are connected again");
  await agree(place, one, other);
  check(one.text.length === "common one other ".length - 1, "edits of both sides are there once");
};

/** Two edits of somebody who is elsewhere, each as an update. The second builds on the first. */
function twoEdits(): readonly [Uint8Array, Uint8Array] {
  const elsewhere = new Y.Doc();
  const updates: Uint8Array[] = [];
  elsewhere.on("update", (update: Uint8Array) => updates.push(update));
  elsewhere.getText("contract").insert(0, "first, ");
  elsewhere.getText("contract").insert(7, "second");
  elsewhere.destroy();
  return [updates[0]!, updates[1]!];
}

export const passesOnWhatWaited: CaseBody = async (place, join) => {
  const [one, other] = [join(), join()];
  const [first, second] = twoEdits();
  await Promise.all([attachReady(place, one), attachReady(place, other)]);
  other.bring(second);
  check(other.text.length === 0, "the second edit waits for the first");
  one.bring(first);
  await eventually(place, () => other.text.toJSON() === "first, second", "the first edit frees the second");
  await agree(place, one, other);
};

export const storesWhatWaited: CaseBody = async (place, join) => {
  const [writer, reader, late] = [join(), join(), join()];
  const [first, second] = twoEdits();
  await attachReady(place, writer);
  writer.bring(first);
  await writer.detach();
  reader.attach();
  reader.bring(second);
  await pumped(place, reader.attached?.ready ?? Promise.resolve());
  check(reader.text.toJSON() === "first, second", "what is stored frees the second edit");
  await reader.detach();
  await attachReady(place, late);
  await agree(place, reader, late);
};
