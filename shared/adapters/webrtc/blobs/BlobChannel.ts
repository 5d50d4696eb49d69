// One link's channel for blobs: asks the peer, and answers it. A peer that breaks a rule loses the channel, and with it
// the right to ask and to be asked, for as long as the link lasts; documents go on over their own channel.

import type { Dispose } from "../../../base/dispose.ts";
import { hashAside } from "../../../base/hash.ts";
import type { ContentHash } from "../../../base/ids.ts";
import { kib, mib, ms, type Milliseconds } from "../../../base/units.ts";
import { BLOB_LIMIT } from "../../../ports/BlobStore.ts";
import type { Clock } from "../../../ports/Clock.ts";
import type { DataChannel } from "../chunked/rtc.ts";
import { BLOB_PIECE, readBlobFrame, writeBlobFrame, type BlobFrame } from "./blobFrames.ts";

/** "Have you this?" is answered at once by whoever is there, except by a computer that is busy; all are asked together. */
export const ANSWER_LIMIT: Milliseconds = ms(15_000);
/** So long without a piece, and another peer is tried. */
export const PIECE_LIMIT: Milliseconds = ms(20_000);
/** Questions we ask one peer in a second: a page of pictures asks for some dozens at once. */
export const ASKS_PER_SECOND = 100;
/** Questions a peer may ask us in a second: far above what ours asks. */
export const ASKS_LIMIT = 1_000;
/** Blobs a peer may be waiting for at a time; ours waits for a handful in all. */
export const GIVES_LIMIT = 16;
/** Unsent bytes above which pieces wait, so that documents on the same link do not; and below which they go on. */
const HIGH_WATER = mib(1);
const LOW_WATER = kib(256);

export interface BlobChannelOptions {
  readonly clock: Clock;
  /** Whether this peer may have the blob, and it is here. */
  readonly has: (hash: ContentHash) => Promise<boolean>;
  /** The blob, if this peer may have it and it is here. */
  readonly read: (hash: ContentHash) => Promise<Uint8Array | undefined>;
  readonly closed: (channel: BlobChannel) => void;
  /** The peer broke a rule. */
  readonly violated: (why: string) => void;
}

interface Expected {
  readonly hash: ContentHash;
  /** Undefined until the peer has said it. */
  size: number | undefined;
  readonly pieces: Uint8Array[];
  received: number;
  readonly done: (content: Uint8Array | undefined) => void;
  stopWaiting: Dispose;
}

interface Giving {
  readonly id: number;
  readonly content: Uint8Array;
  sent: number;
}

export class BlobChannel {
  readonly #native: DataChannel;
  readonly #options: BlobChannelOptions;
  readonly #asked = new Map<number, (has: boolean) => void>();
  readonly #expected = new Map<number, Expected>();
  readonly #giving: Giving[] = [];
  /** Blobs the peer waits for, those being read included. */
  #gives = 0;
  #ids = 0;
  #closed = false;
  readonly #own: PerSecond;
  readonly #theirs: PerSecond;

  constructor(native: DataChannel, options: BlobChannelOptions) {
    this.#native = native;
    this.#options = options;
    this.#own = new PerSecond(options.clock, ASKS_PER_SECOND);
    this.#theirs = new PerSecond(options.clock, ASKS_LIMIT);
    native.binaryType = "arraybuffer";
    native.bufferedAmountLowThreshold = LOW_WATER;
    native.onmessage = (event) => this.#message(event.data);
    native.onbufferedamountlow = () => this.#pump();
    native.onclose = () => this.close();
    native.onerror = () => this.close();
  }

  get open(): boolean {
    return !this.#closed && this.#native.readyState === "open";
  }

  /** Whether the peer has it; false if it does not answer. */
  want(hash: ContentHash): Promise<boolean> {
    if (!this.open || !this.#own.take()) return Promise.resolve(false);
    const id = ++this.#ids;
    return new Promise((resolve) => {
      const stop = this.#options.clock.after(ANSWER_LIMIT, () => this.#asked.get(id)?.(false));
      this.#asked.set(id, (has) => {
        stop();
        this.#asked.delete(id);
        resolve(has);
      });
      this.#send({ type: "want", id, hash });
    });
  }

  /** The blob, which has this hash; undefined if the peer did not give it. */
  give(hash: ContentHash): Promise<Uint8Array | undefined> {
    if (!this.open) return Promise.resolve(undefined);
    const id = ++this.#ids;
    return new Promise((resolve) => {
      const done = (content: Uint8Array | undefined): void => {
        this.#expected.get(id)?.stopWaiting();
        this.#expected.delete(id);
        resolve(content);
      };
      const waiting = { hash, size: undefined, pieces: [], received: 0, done };
      this.#expected.set(id, { ...waiting, stopWaiting: this.#waitForPiece() });
      this.#send({ type: "give", id, hash });
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#native.close();
    this.#giving.length = 0;
    for (const answer of [...this.#asked.values()]) answer(false);
    for (const { done } of [...this.#expected.values()]) done(undefined);
    this.#options.closed(this);
  }

  #violate(why: string): void {
    this.close();
    this.#options.violated(why);
  }

  #message(data: unknown): void {
    if (this.#closed) return;
    const frame = data instanceof ArrayBuffer ? readBlobFrame(new Uint8Array(data)) : undefined;
    if (frame === undefined) {
      this.#violate("it sent what cannot be read");
      return;
    }
    switch (frame.type) {
      case "want":
        if (!this.#theirs.take()) this.#violate("it asks too much");
        else void this.#answer(frame.id, frame.hash);
        return;
      case "have":
        // Too late is no fault.
        this.#asked.get(frame.id)?.(true);
        return;
      case "none":
        this.#asked.get(frame.id)?.(false);
        this.#expected.get(frame.id)?.done(undefined);
        return;
      case "size":
        this.#begin(frame.id, frame.size);
        return;
      case "give":
        if (!this.#theirs.take() || ++this.#gives > GIVES_LIMIT) this.#violate("it asks too much");
        else void this.#give(frame.id, frame.hash);
        return;
      case "piece":
        this.#take(frame.id, frame.content);
        return;
    }
  }

  #begin(id: number, size: number): void {
    const expected = this.#expected.get(id);
    if (expected === undefined || expected.size !== undefined || size > BLOB_LIMIT) {
      this.#violate("it speaks of a blob that cannot be");
      return;
    }
    expected.size = size;
    this.#look(expected);
  }

  #take(id: number, content: Uint8Array): void {
    const expected = this.#expected.get(id);
    if (expected === undefined || expected.received + content.length > (expected.size ?? 0)) {
      this.#violate("it sends more than was asked for");
      return;
    }
    // Copied: the frame may be a view of a buffer that is used again.
    expected.pieces.push(content.slice());
    expected.received += content.length;
    this.#look(expected);
  }

  #look(expected: Expected): void {
    expected.stopWaiting();
    if (expected.received === expected.size) void this.#check(expected);
    else expected.stopWaiting = this.#waitForPiece();
  }

  async #check(expected: Expected): Promise<void> {
    const content = joined(expected);
    if ((await hashAside(content)) === expected.hash) expected.done(content);
    else this.#violate("it sent wrong bytes");
  }

  #waitForPiece(): Dispose {
    return this.#options.clock.after(PIECE_LIMIT, () => this.#violate("it stopped in the middle of a blob"));
  }

  async #answer(id: number, hash: ContentHash): Promise<void> {
    const has = await this.#options.has(hash).catch(() => false);
    this.#send({ type: has ? "have" : "none", id });
  }

  async #give(id: number, hash: ContentHash): Promise<void> {
    const content = await this.#options.read(hash).catch(() => undefined);
    this.#send(content === undefined ? { type: "none", id } : { type: "size", id, size: content.length });
    if (content === undefined || content.length === 0) {
      this.#gives--;
      return;
    }
    this.#giving.push({ id, content, sent: 0 });
    this.#pump();
  }

  /** In turn, so that a small picture does not wait for a large one. */
  #pump(): void {
    while (this.open && this.#native.bufferedAmount < HIGH_WATER) {
      const giving = this.#giving.shift();
      if (giving === undefined) return;
      const { id, content, sent } = giving;
      this.#send({ type: "piece", id, content: content.subarray(sent, sent + BLOB_PIECE) });
      giving.sent += BLOB_PIECE;
      if (giving.sent < content.length) this.#giving.push(giving);
      else this.#gives--;
    }
  }

  #send(frame: BlobFrame): void {
    if (!this.open) return;
    try {
      this.#native.send(writeBlobFrame(frame));
    } catch {
      // The link is closing; what waits for an answer is told by `close`.
      this.close();
    }
  }
}

/** Counts what happens within a second. */
class PerSecond {
  readonly #clock: Clock;
  readonly #limit: number;
  #since = 0;
  #count = 0;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** False if it is too much. */
  take(): boolean {
    const now = this.#clock.monotonic();
    if (now - this.#since >= 1_000) {
      this.#since = now;
      this.#count = 0;
    }
    return ++this.#count <= this.#limit;
  }
}

function joined({ pieces, received }: Expected): Uint8Array {
  const content = new Uint8Array(received);
  let at = 0;
  for (const piece of pieces) {
    content.set(piece, at);
    at += piece.length;
  }
  return content;
}
