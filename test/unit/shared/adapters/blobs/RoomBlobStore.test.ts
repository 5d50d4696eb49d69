import { afterEach, describe, expect, it } from "vitest";
import { HOST_FIRST, RoomBlobStore } from "#shared/adapters/blobs/RoomBlobStore.ts";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import { MemoryUploadList } from "#shared/adapters/memory/MemoryUploadList.ts";
import { StorageError } from "#shared/base/errors.ts";
import { contentHashOfText } from "#shared/base/hash.ts";
import { RoomId, type ContentHash } from "#shared/base/ids.ts";
import { seconds } from "#shared/base/units.ts";
import type { BlobStore } from "#shared/ports/BlobStore.ts";
import { BlobHost, nodeBlobRequest } from "../../../../support/BlobHost.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

interface Device {
  readonly host: BlobHost;
  readonly base: string;
  readonly clock: FakeClock;
  readonly room: RoomId;
  readonly uploads: MemoryUploadList;
  readonly path: (hash: ContentHash) => string;
  readonly open: (local?: BlobStore) => RoomBlobStore;
}

async function newRoom(): Promise<Device> {
  const [host, clock, room] = [new BlobHost(), new FakeClock(), RoomId.create()];
  const base = await host.start();
  ending.push(() => host.close());
  const [uploads, here] = [new MemoryUploadList(), new MemoryBlobStore()];
  const open = (local: BlobStore = here): RoomBlobStore => {
    const store = new RoomBlobStore({ room, base, local, uploads, request: nodeBlobRequest, clock });
    ending.push(() => store.close());
    return store;
  };
  return { host, base, clock, room, uploads, path: (hash) => `/blobs/${room}/${hash}`, open };
}

function until(store: RoomBlobStore, fits: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (fits()) return resolve();
    const dispose = store.uploads.subscribe(() => {
      if (!fits()) return;
      dispose();
      resolve();
    });
  });
}
const isDone = (store: RoomBlobStore) => (): boolean => store.uploads.get().waiting.length === 0;

describe("RoomBlobStore.put", () => {
  it("stores here, then brings the bytes to the host, and says when it has", async () => {
    const { host, path, open, uploads, room } = await newRoom();
    const store = open();
    const hash = await store.put(bytesOf("output"));
    await until(store, isDone(store));
    expect(host.blobs.get(path(hash))).toEqual(bytesOf("output"));
    expect(store.uploads.get()).toEqual({ waiting: [], refused: [] });
    await expect.poll(() => uploads.list(room)).toEqual([]);
  });

  it("resolves while the host is away, waits longer each time, and brings it when the host is back", async () => {
    const { host, clock, open, path } = await newRoom();
    host.away = true;
    const store = open();
    const hash = await store.put(bytesOf("kept"));
    expect(store.uploads.get().waiting).toEqual([hash]);
    for (const [attempt, wait] of [1, 2, 4].entries()) {
      await expect.poll(() => [host.requests.length, clock.waiting]).toEqual([attempt + 1, 1]);
      clock.advance(seconds(wait - 0.1));
      expect(clock.waiting).toBe(1);
      clock.advance(seconds(0.1));
    }
    await expect.poll(() => host.requests.length).toBe(4);
    host.away = false;
    await expect.poll(() => clock.waiting).toBe(1);
    store.wake();
    await until(store, isDone(store));
    expect(host.blobs.get(path(hash))).toEqual(bytesOf("kept"));
  });

  it("goes on with what an earlier window left", async () => {
    const { host, open, path } = await newRoom();
    host.away = true;
    const first = open();
    const hash = await first.put(bytesOf("left behind"));
    first.close();
    host.away = false;
    const second = open();
    await expect.poll(() => host.blobs.get(path(hash))).toEqual(bytesOf("left behind"));
    await until(second, isDone(second));
  });

  it("names what the host will never take, and goes on with the others", async () => {
    const { host, open, path } = await newRoom();
    host.refusal = () => 413;
    const store = open();
    const refused = await store.put(bytesOf("too large for it"));
    await until(store, isDone(store));
    expect(store.uploads.get()).toEqual({ waiting: [], refused: [refused] });
    host.refusal = () => undefined;
    const next = await store.put(bytesOf("small"));
    await until(store, isDone(store));
    expect([...host.blobs.keys()]).toEqual([path(next)]);
    expect(await store.get(refused)).toEqual(bytesOf("too large for it"));
  });

  it("one that always fails does not keep the others back", async () => {
    const { host, clock, open, path } = await newRoom();
    const [one, other] = [contentHashOfText("one"), contentHashOfText("other")];
    host.refusal = (asked) => (asked === path(one) ? 500 : undefined);
    const store = open();
    await store.put(bytesOf("one"));
    await store.put(bytesOf("other"));
    await expect.poll(() => clock.waiting).toBe(1);
    clock.advance(seconds(2));
    await expect.poll(() => [...host.blobs.keys()]).toEqual([path(other)]);
    await expect.poll(() => store.uploads.get()).toEqual({ waiting: [one], refused: [] });
  });

  it("does not bring again what is large and already there", async () => {
    const { host, open, path } = await newRoom();
    const large = new Uint8Array(300_000).fill(5);
    const store = open();
    const hash = await store.put(large);
    await until(store, isDone(store));
    await store.put(large);
    await until(store, isDone(store));
    const asked = ["HEAD", "PUT", "HEAD"].map((method) => `${method} ${path(hash)}`);
    expect(host.requests).toEqual(asked);
  });
});

describe("RoomBlobStore.get", () => {
  it("asks the host for what is not here, once for many callers, and keeps it", async () => {
    const { host, open, path } = await newRoom();
    const hash = contentHashOfText("shared image");
    host.blobs.set(path(hash), bytesOf("shared image"));
    const store = open();
    const read = await Promise.all([store.get(hash), store.get(hash), store.get(hash)]);
    expect(read).toEqual(Array.from({ length: 3 }, () => bytesOf("shared image")));
    await host.close();
    expect(await store.get(hash)).toEqual(bytesOf("shared image"));
    expect(host.requests).toEqual([`GET ${path(hash)}`]);
  });

  it("drops what the host gives under a wrong hash", async () => {
    const { host, open, path } = await newRoom();
    const hash = contentHashOfText("what was asked for");
    host.blobs.set(path(hash), bytesOf("something else"));
    const store = open();
    expect(await store.get(hash)).toBeUndefined();
    host.blobs.set(path(hash), bytesOf("what was asked for"));
    expect(await store.get(hash)).toEqual(bytesOf("what was asked for"));
  });

  it("gives undefined when the host is away or does not have it, and asks again next time", async () => {
    const { host, open, path } = await newRoom();
    const hash = contentHashOfText("late");
    const store = open();
    expect(await store.get(hash)).toBeUndefined();
    expect(await store.has(hash)).toBe(false);
    host.away = true;
    expect(await store.get(hash)).toBeUndefined();
    expect(await store.has(hash)).toBe(false);
    host.away = false;
    host.blobs.set(path(hash), bytesOf("late"));
    expect(await store.has(hash)).toBe(true);
    expect(await store.get(hash)).toEqual(bytesOf("late"));
  });

  it("gives what it fetched even where this device cannot keep it", async () => {
    const { host, open, path } = await newRoom();
    const hash = contentHashOfText("shown");
    host.blobs.set(path(hash), bytesOf("shown"));
    const full: BlobStore = {
      put: () => Promise.reject(new StorageError("storage-full", "planted")),
      get: () => Promise.resolve(undefined),
      has: () => Promise.resolve(false),
    };
    expect(await open(full).get(hash)).toEqual(bytesOf("shown"));
  });
});

describe("RoomBlobStore.get with peers", () => {
  async function withPeers(text: string) {
    const device = await newRoom();
    const asked: ContentHash[] = [];
    const local = new MemoryBlobStore();
    const store = new RoomBlobStore({
      room: device.room,
      base: device.base,
      local,
      peers: { fetch: (hash) => Promise.resolve(asked.push(hash) > 0 ? bytesOf(text) : undefined) },
      uploads: device.uploads,
      request: nodeBlobRequest,
      clock: device.clock,
    });
    ending.push(() => store.close());
    return { ...device, store, local, asked, hash: contentHashOfText(text) };
  }

  it("asks nobody else for what the host gives", async () => {
    const { host, path, store, asked, hash } = await withPeers("picture");
    host.blobs.set(path(hash), bytesOf("picture"));
    expect(await store.get(hash)).toEqual(bytesOf("picture"));
    expect(asked).toEqual([]);
  });

  for (const away of [false, true]) {
    it(`takes from peers, and keeps, what the host ${away ? "cannot be asked for" : "has not got"}`, async () => {
      const { host, store, local, asked, hash } = await withPeers("picture");
      host.away = away;
      expect(await store.get(hash)).toEqual(bytesOf("picture"));
      expect(asked).toEqual([hash]);
      expect(await local.get(hash)).toEqual(bytesOf("picture"));
    });
  }

  it("waits for a host that says nothing no longer than it must", async () => {
    const { host, clock, store, hash } = await withPeers("picture");
    host.silent = true;
    const got = store.get(hash);
    await expect.poll(() => host.requests.length).toBe(1);
    clock.advance(HOST_FIRST);
    expect(await got).toEqual(bytesOf("picture"));
  });
});
