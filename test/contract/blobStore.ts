// The acceptance suite of ports/BlobStore.ts: for (const { name, run } of blobStoreCases(harness)) it(name, run);

import { BadInputError } from "#shared/base/errors.ts";
import { contentHash, contentHashOfText } from "#shared/base/hash.ts";
import type { ContentHash } from "#shared/base/ids.ts";
import { BLOB_LIMIT, type BlobStore } from "#shared/ports/BlobStore.ts";
import { casesAt, check, rejection, type ContractCase } from "./contractCase.ts";

export interface BlobStoreHarness {
  open(): Promise<BlobPlace>;
}

/** One empty place. `store()` gives a store as one more window of this device would have it. */
export interface BlobPlace {
  store(): BlobStore;
  /** Places that outlive a store: puts other bytes under the hash. */
  spoil?(hash: ContentHash): Promise<void>;
  close(): Promise<void>;
}

type Body = (place: BlobPlace) => Promise<void>;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const same = (one: Uint8Array | undefined, other: Uint8Array): boolean =>
  one !== undefined && one.length === other.length && one.every((byte, index) => byte === other[index]);

const bodies: Readonly<Record<string, Body>> = {
  "gives back what was put, under its sha-256": async (place) => {
    const store = place.store();
    const hash = await store.put(bytesOf("output"));
    check(hash === contentHashOfText("output"), "the hash is the sha-256 of the bytes");
    check(same(await store.get(hash), bytesOf("output")), "the bytes come back");
    check(await store.has(hash), "has says so");
  },
  "keeps empty blobs and every byte value": async (place) => {
    const store = place.store();
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    for (const content of [new Uint8Array(), all]) {
      check(same(await store.get(await store.put(content)), content), `${content.length} bytes come back`);
    }
  },
  "knows nothing of what was never put": async (place) => {
    const store = place.store();
    check((await store.get(contentHashOfText("never"))) === undefined, "get gives undefined");
    check(!(await store.has(contentHashOfText("never"))), "has gives false");
  },
  "takes the same bytes twice": async (place) => {
    const store = place.store();
    const [one, other] = await Promise.all([store.put(bytesOf("twice")), store.put(bytesOf("twice"))]);
    check(one === other, "both give one hash");
    check(same(await store.get(one), bytesOf("twice")), "the bytes come back");
  },
  "stores the bytes as they were, not the buffer they lie in": async (place) => {
    const store = place.store();
    const buffer = new Uint8Array(1_000).fill(7);
    const part = buffer.subarray(10, 20);
    const putting = store.put(part);
    buffer.fill(9);
    const hash = await putting;
    check(same(await store.get(hash), new Uint8Array(10).fill(7)), "a later change of the buffer changes nothing");
  },
  "gives every caller bytes of its own": async (place) => {
    const store = place.store();
    const hash = await store.put(bytesOf("mine"));
    (await store.get(hash))?.fill(0);
    check(same(await store.get(hash), bytesOf("mine")), "what one caller did to them is not seen by the next");
  },
  "shows what was put to another window of this device": async (place) => {
    const hash = await place.store().put(bytesOf("seen there"));
    check(same(await place.store().get(hash), bytesOf("seen there")), "the bytes are there");
  },
  "carries 5 MB": async (place) => {
    const store = place.store();
    const large = Uint8Array.from({ length: 5_000_000 }, (_, index) => (index * 31) & 255);
    check(same(await store.get(await store.put(large)), large), "the bytes come back");
  },
  "refuses what is above the limit": async (place) => {
    const error = await rejection(place.store().put(new Uint8Array(BLOB_LIMIT + 1)), "put rejects");
    check(error instanceof BadInputError, "with BadInputError");
  },
  "never gives bytes that do not match their hash": async (place) => {
    const hash = await place.store().put(bytesOf("true"));
    if (place.spoil === undefined) return;
    await place.spoil(hash);
    const read = await place.store().get(hash);
    check(read === undefined || contentHash(read) === hash, "spoilt bytes are dropped");
    check((await place.store().has(hash)) === (read !== undefined), "has says what get gives");
  },
  "can be given again what was spoilt": async (place) => {
    const hash = await place.store().put(bytesOf("again"));
    await place.spoil?.(hash);
    await place.store().get(hash);
    await place.store().put(bytesOf("again"));
    check(same(await place.store().get(hash), bytesOf("again")), "the bytes are right again");
  },
};

export function blobStoreCases(harness: BlobStoreHarness): readonly ContractCase[] {
  return casesAt(() => harness.open(), bodies);
}
