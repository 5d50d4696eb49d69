// The acceptance suite of ports/CollectableBlobs.ts: for (const { name, run } of collectableBlobsCases(harness)) it(name, run);

import { contentHashOfText } from "#shared/base/hash.ts";
import type { ContentHash } from "#shared/base/ids.ts";
import { ms, unixMs } from "#shared/base/units.ts";
import type { CollectableBlobs, HeldBlob } from "#shared/ports/CollectableBlobs.ts";
import { casesAt, check, type ContractCase } from "./contractCase.ts";

export interface CollectablePlace {
  /** The place, as one more opening of it would see it: what was noted must be found again. */
  open(): CollectableBlobs;
  /** Stores a text as the place's own users do. */
  put(text: string): Promise<ContentHash>;
  has(hash: ContentHash): Promise<boolean>;
  close(): Promise<void>;
}

export interface CollectableHarness {
  open(): Promise<CollectablePlace>;
}

/** Long before whatever a test stores now. */
const NOTE = { seen: unixMs(1_000), waited: ms(5) };

async function find(place: CollectablePlace, hash: ContentHash): Promise<HeldBlob | undefined> {
  return (await place.open().list()).find((blob) => blob.hash === hash);
}

async function listed(place: CollectablePlace, hash: ContentHash): Promise<HeldBlob> {
  const blob = await find(place, hash);
  check(blob !== undefined, "what was stored is listed");
  return blob;
}

const bodies: Readonly<Record<string, (place: CollectablePlace) => Promise<void>>> = {
  "lists nothing where nothing is": async (place) => {
    check((await place.open().list()).length === 0, "the list is empty");
  },
  "lists what is stored, each once and without a note": async (place) => {
    const hashes = [await place.put("one"), await place.put("two"), await place.put("one")];
    const list = await place.open().list();
    check(list.length === 2, "two blobs are two");
    check(
      list.every((blob) => hashes.includes(blob.hash) && blob.unreferenced === undefined),
      "nothing is noted of them",
    );
  },
  "finds a note again, changes it, and takes it away": async (place) => {
    const hash = await place.put("noted");
    await place.open().note(new Map([[hash, NOTE]]));
    const { unreferenced } = await listed(place, hash);
    check(unreferenced?.seen === NOTE.seen && unreferenced.waited === NOTE.waited, "it is what was noted");
    await place.open().note(new Map([[hash, { ...NOTE, waited: ms(9) }]]));
    check((await listed(place, hash)).unreferenced?.waited === 9, "the later note holds");
    await place.open().note(new Map([[hash, undefined]]));
    check((await listed(place, hash)).unreferenced === undefined, "it is taken away");
  },
  "notes what is said of one blob and leaves the others": async (place) => {
    const [one, other] = [await place.put("one"), await place.put("other")];
    await place.open().note(new Map([[one, NOTE]]));
    await place.open().note(new Map([[other, NOTE]]));
    check((await listed(place, one)).unreferenced !== undefined, "the note before it is there");
  },
  "deletes what was listed and says how much that was": async (place) => {
    const [gone, stays] = [await place.put("twelve bytes"), await place.put("stays")];
    await place.open().note(new Map([[gone, NOTE]]));
    check((await place.open().remove(await listed(place, gone))) === 12, "twelve bytes are freed");
    check(!(await place.has(gone)), "it is not there any more");
    check(await place.has(stays), "the other is");
    check((await place.open().list()).length === 1, "and alone in the list");
  },
  "deletes nothing twice, and nothing that is not there": async (place) => {
    const hash = await place.put("once");
    await place.open().note(new Map([[hash, NOTE]]));
    const blob = await listed(place, hash);
    await place.open().remove(blob);
    check((await place.open().remove(blob)) === undefined, "nothing is freed");
    const never: HeldBlob = { hash: contentHashOfText("never"), used: undefined, unreferenced: undefined };
    check((await place.open().remove(never)) === undefined, "nothing is freed by what was never here");
  },
  "keeps what was stored again since it was listed": async (place) => {
    const hash = await place.put("wanted");
    await place.open().note(new Map([[hash, NOTE]]));
    const blob = await listed(place, hash);
    await place.put("wanted");
    check((await place.open().remove(blob)) === undefined, "nothing is freed");
    check(await place.has(hash), "it is there");
  },
  "begins anew with what was deleted and stored again": async (place) => {
    const hash = await place.put("back");
    await place.open().note(new Map([[hash, NOTE]]));
    await place.open().remove(await listed(place, hash));
    await place.put("back");
    const { used, unreferenced } = await listed(place, hash);
    check(unreferenced === undefined || (used ?? 0) > unreferenced.seen, "no note of before counts");
  },
};

export function collectableBlobsCases(harness: CollectableHarness): readonly ContractCase[] {
  return casesAt(() => harness.open(), bodies);
}
