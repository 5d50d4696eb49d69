import { describe, expect, it } from "vitest";
import {
  ANSWER_LIMIT,
  ASKS_LIMIT,
  ASKS_PER_SECOND,
  BlobChannel,
  GIVES_LIMIT,
  PIECE_LIMIT,
} from "#shared/adapters/webrtc/blobs/BlobChannel.ts";
import { BLOB_PIECE, readBlobFrame, writeBlobFrame, type BlobFrame } from "#shared/adapters/webrtc/blobs/blobFrames.ts";
import { PeerBlobs } from "#shared/adapters/webrtc/blobs/PeerBlobs.ts";
import type { DataChannel, PeerConnection } from "#shared/adapters/webrtc/chunked/rtc.ts";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import { contentHash } from "#shared/base/hash.ts";
import type { ContentHash } from "#shared/base/ids.ts";
import { ms } from "#shared/base/units.ts";
import { BLOB_LIMIT } from "#shared/ports/BlobStore.ts";
import * as Y from "yjs";
import { FakeClock } from "../../../../../support/FakeClock.ts";

/** One end of a channel; what is sent arrives at the other end in another turn, and counts as unsent until then. */
class FakeEnd implements DataChannel {
  binaryType = "";
  readonly label = "blobs";
  readyState = "open";
  bufferedAmount = 0;
  mostBuffered = 0;
  bufferedAmountLowThreshold = 0;
  onopen: DataChannel["onopen"] = null;
  onclose: DataChannel["onclose"] = null;
  onerror: DataChannel["onerror"] = null;
  onbufferedamountlow: DataChannel["onbufferedamountlow"] = null;
  onmessage: DataChannel["onmessage"] = null;
  other: FakeEnd | undefined;
  /** What arrived, for an end that a test plays by hand. */
  readonly arrived: BlobFrame[] = [];

  send(data: Uint8Array<ArrayBuffer>): void {
    this.bufferedAmount += data.length;
    this.mostBuffered = Math.max(this.mostBuffered, this.bufferedAmount);
    queueMicrotask(() => {
      this.bufferedAmount -= data.length;
      this.other?.take(data);
      if (this.bufferedAmount <= this.bufferedAmountLowThreshold) this.onbufferedamountlow?.({});
    });
  }

  take(data: Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== "open") return;
    const frame = readBlobFrame(data);
    if (frame) this.arrived.push(frame);
    this.onmessage?.({ data: data.buffer });
  }

  close(): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    queueMicrotask(() => {
      if (this.other && this.other.readyState === "open") {
        this.other.readyState = "closed";
        this.other.onclose?.({});
      }
    });
  }
}

function pair(): readonly [FakeEnd, FakeEnd] {
  const [one, other] = [new FakeEnd(), new FakeEnd()];
  one.other = other;
  other.other = one;
  return [one, other];
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const content = (size: number, seed = 1): Uint8Array => Uint8Array.from({ length: size }, (_, at) => (at * seed) % 251);

/** A channel of ours, with the other end in the test's hands. */
function ours(blobs: readonly Uint8Array[] = []) {
  const clock = new FakeClock();
  const [near, far] = pair();
  const log = { violations: [] as string[], closed: 0 };
  const stored = new Map(blobs.map((bytes) => [contentHash(bytes), bytes]));
  const channel = new BlobChannel(near, {
    clock,
    has: (hash) => Promise.resolve(stored.has(hash)),
    read: (hash) => Promise.resolve(stored.get(hash)),
    closed: () => log.closed++,
    violated: (why) => log.violations.push(why),
  });
  const say = (frame: BlobFrame): void => far.send(writeBlobFrame(frame));
  return { clock, channel, near, far, log, say };
}

const hash: ContentHash = contentHash(content(40_000));

describe("a channel for blobs that answers", () => {
  it("gives what it has in pieces, never with more waiting than it should", async () => {
    const blob = content(5_000_000, 7);
    const { far, near, say, log } = ours([blob]);
    say({ type: "want", id: 1, hash: contentHash(blob) });
    say({ type: "want", id: 2, hash });
    say({ type: "give", id: 3, hash: contentHash(blob) });
    await settle();
    const pieces = far.arrived.flatMap((frame) => (frame.type === "piece" ? [frame.content] : []));
    expect(far.arrived.slice(0, 3)).toEqual(
      expect.arrayContaining([
        { type: "have", id: 1 },
        { type: "none", id: 2 },
        { type: "size", id: 3, size: blob.length },
      ]),
    );
    expect(pieces.length).toBe(Math.ceil(blob.length / BLOB_PIECE));
    expect(contentHash(Buffer.concat(pieces))).toBe(contentHash(blob));
    expect(near.mostBuffered).toBeLessThan(1_100_000);
    expect(log.violations).toEqual([]);
  });

  it("gives several in turn, so that the small one is not behind the large one", async () => {
    const [large, small] = [content(3_000_000, 3), content(20_000, 5)];
    const { far, say } = ours([large, small]);
    say({ type: "give", id: 1, hash: contentHash(large) });
    say({ type: "give", id: 2, hash: contentHash(small) });
    await settle();
    const ids = far.arrived.flatMap((frame) => (frame.type === "piece" ? [frame.id] : []));
    expect(ids.lastIndexOf(2)).toBeLessThan(ids.length / 2);
  });

  for (const [what, ask] of [
    [
      "asks without end",
      (say: (frame: BlobFrame) => void) => {
        for (let id = 0; id <= ASKS_LIMIT; id++) say({ type: "want", id, hash });
      },
    ],
    [
      "wants everything at once",
      (say: (frame: BlobFrame) => void) => {
        for (let id = 0; id <= GIVES_LIMIT; id++) say({ type: "give", id, hash });
      },
    ],
    [
      "sends what nobody asked for",
      (say: (frame: BlobFrame) => void) => {
        say({ type: "piece", id: 9, content: content(10) });
      },
    ],
    [
      "speaks of a size that nobody asked for",
      (say: (frame: BlobFrame) => void) => {
        say({ type: "size", id: 9, size: 5 });
      },
    ],
  ] as const) {
    it(`closes to a peer that ${what}`, async () => {
      const { channel, say, log } = ours();
      ask(say);
      await settle();
      expect(channel.open).toBe(false);
      expect([log.violations.length, log.closed]).toEqual([1, 1]);
    });
  }

  it("closes to a peer whose frames cannot be read", async () => {
    for (const bytes of [[], [99, 1], [0, 1, 2, 3], [1, 1, 1], [5, 1], [4, 1, 255]]) {
      const { channel, far, log } = ours();
      far.send(new Uint8Array(bytes));
      await settle();
      expect([channel.open, log.violations]).toEqual([false, ["it sent what cannot be read"]]);
    }
  });
});

describe("a channel for blobs that asks", () => {
  it("takes no for an answer, and silence", async () => {
    const { channel, clock, say } = ours();
    const [first, second] = [channel.want(hash), channel.want(hash)];
    say({ type: "none", id: 1 });
    expect(await first).toBe(false);
    clock.advance(ANSWER_LIMIT);
    expect(await second).toBe(false);
    expect(channel.open).toBe(true);
  });

  it("asks one peer no more than a bounded number of questions in a second", async () => {
    const { channel, far, clock } = ours();
    for (let index = 0; index < ASKS_PER_SECOND + 50; index++) void channel.want(hash);
    await settle();
    expect(far.arrived.length).toBe(ASKS_PER_SECOND);
    clock.advance(ms(1_000));
    void channel.want(hash);
    await settle();
    expect(far.arrived.length).toBe(ASKS_PER_SECOND + 1);
  });

  it("does not take wrong bytes, nor more than was said, nor more than may be", async () => {
    const wrong = content(40_000, 9);
    for (const [size, pieces] of [
      [40_000, [wrong.subarray(0, 15_000), wrong.subarray(15_000, 30_000), wrong.subarray(30_000)]],
      [20_000, [content(15_000), content(15_000)]],
      [BLOB_LIMIT + 1, []],
      [0, []],
    ] as const) {
      const { channel, say, log } = ours();
      const given = channel.give(hash);
      say({ type: "size", id: 1, size });
      for (const piece of pieces) say({ type: "piece", id: 1, content: piece });
      expect(await given).toBeUndefined();
      expect([channel.open, log.violations.length]).toEqual([false, 1]);
    }
  });

  it("gives up a peer that stops in the middle, or never begins", async () => {
    for (const begins of [true, false]) {
      const { channel, clock, say } = ours();
      const given = channel.give(hash);
      if (begins) {
        say({ type: "size", id: 1, size: 40_000 });
        say({ type: "piece", id: 1, content: content(15_000) });
      }
      await settle();
      clock.advance(PIECE_LIMIT);
      expect(await given).toBeUndefined();
      expect(channel.open).toBe(false);
    }
  });

  it("has nothing left waiting when the link closes", async () => {
    const { channel, far, clock, log } = ours();
    const [wanted, given] = [channel.want(hash), channel.give(hash)];
    far.close();
    expect([await wanted, await given]).toEqual([false, undefined]);
    expect([clock.waiting, log.closed, log.violations.length]).toEqual([0, 1, 0]);
  });
});

/** A room's blobs with links that tests make by hand. */
class World {
  readonly clock = new FakeClock();
  readonly doc = new Y.Doc();
  readonly local = new MemoryBlobStore();
  readonly blobs = new PeerBlobs({ local: this.local, clock: this.clock, logger: silentLogger });

  mention(of: ContentHash): void {
    this.doc.getMap("runs").set("cell", { outputs: [{ hash: of, size: 1 }] });
  }

  /** The end of a new link's channel. */
  link(): FakeEnd {
    const [near, far] = pair();
    this.blobs.link({ createDataChannel: () => near } as unknown as PeerConnection, this.doc);
    return far;
  }
}

function join(one: World, other: World): void {
  const [near, far] = pair();
  one.blobs.link({ createDataChannel: () => near } as unknown as PeerConnection, one.doc);
  other.blobs.link({ createDataChannel: () => far } as unknown as PeerConnection, other.doc);
}

describe("PeerBlobs", () => {
  it("brings a blob from whichever peer has it", async () => {
    const [asking, without, having] = [new World(), new World(), new World()];
    const blob = content(60_000);
    having.mention(await having.local.put(blob));
    join(asking, without);
    join(asking, having);
    expect(await asking.blobs.fetch(contentHash(blob))).toEqual(blob);
    expect(await asking.blobs.fetch(hash)).toBeUndefined();
  });

  it("gives nobody what this room's notebook does not mention", async () => {
    const [asking, having] = [new World(), new World()];
    const secret = await having.local.put(content(100, 11));
    join(asking, having);
    expect(await asking.blobs.fetch(secret)).toBeUndefined();
    having.mention(secret);
    having.clock.advance(ms(1_000));
    expect(await asking.blobs.fetch(secret)).toEqual(content(100, 11));
  });

  it("tries the next peer after one that lies, and does not ask the liar again", async () => {
    const [asking, having] = [new World(), new World()];
    const blob = content(40_000);
    having.mention(await having.local.put(blob));
    const liar = asking.link();
    liar.onmessage = () => {
      const asked = liar.arrived.at(-1);
      if (asked?.type === "want") liar.send(writeBlobFrame({ type: "have", id: asked.id }));
      if (asked?.type !== "give") return;
      liar.send(writeBlobFrame({ type: "size", id: asked.id, size: 3 }));
      liar.send(writeBlobFrame({ type: "piece", id: asked.id, content: content(3) }));
    };
    join(asking, having);
    expect(await asking.blobs.fetch(hash)).toEqual(blob);
    const asked = liar.arrived.length;
    expect(await asking.blobs.fetch(hash)).toEqual(blob);
    expect(liar.arrived.length).toBe(asked);
  });

  it("says at once that there is nobody to ask", async () => {
    expect(await new World().blobs.fetch(hash)).toBeUndefined();
  });

  it("fetches many at a time and all of them", async () => {
    const [asking, having] = [new World(), new World()];
    const blobs = Array.from({ length: 30 }, (_, index) => content(50_000 + index, index + 1));
    having.doc.getMap("runs").set("cell", { outputs: blobs.map((blob) => ({ hash: contentHash(blob) })) });
    for (const blob of blobs) await having.local.put(blob);
    join(asking, having);
    const fetched = await Promise.all(blobs.map((blob) => asking.blobs.fetch(contentHash(blob))));
    expect(fetched.map((blob) => blob?.length)).toEqual(blobs.map((blob) => blob.length));
  });
});
