// A data channel as simple-peer sees one, over a real one: large messages go in pieces, what arrives is looked at before
// y-webrtc reads it.

import type { Dispose } from "../../../base/dispose.ts";
import { bytes, kib, mib, ms } from "../../../base/units.ts";
import type { Clock } from "../../../ports/Clock.ts";
import {
  CHUNK_MARKER,
  helloFrame,
  MESSAGE_LIMIT,
  PIECE_BYTES,
  pieceCount,
  pieceFrame,
  readChunkFrame,
} from "./chunks.ts";
import { Reassembler } from "./Reassembler.ts";
import type { DataChannel } from "./rtc.ts";

/** Unsent bytes in the channel above which pieces wait. Chromium closes a channel that is given 16 MiB at once. */
const HIGH_WATER = mib(1);
/** Unsent bytes below which the next pieces are given. */
const LOW_WATER = kib(256);
/** Bytes that may wait for a peer that reads too slowly. Beyond, the link is dropped; it syncs anew when it is back. */
const QUEUE_LIMIT = mib(128);
/** What a peer that does not put pieces together can still be given in one message. */
const STOCK_LIMIT = kib(200);
/** A peer that has not said hello by then is a stock y-webrtc. */
const HELLO_PATIENCE = ms(3_000);

export interface ChunkedChannelOptions {
  readonly clock: Clock;
  /** Gives what y-webrtc may read of a message that came over `link`; undefined for nothing. */
  readonly clean: (message: Uint8Array<ArrayBuffer>, link: object) => Uint8Array<ArrayBuffer> | undefined;
  /** Messages about presence overtake documents that take their time. */
  readonly urgent: (message: Uint8Array) => boolean;
  /** A message was too large for a peer that does not put pieces together. */
  readonly undeliverable: (size: number) => void;
  /** The peer broke the rules, or does not read; the channel has been closed. */
  readonly dropped: (why: string) => void;
  readonly closed: (channel: ChunkedChannel) => void;
}

interface Outgoing {
  readonly message: Uint8Array<ArrayBuffer>;
  readonly id: number;
  nextPiece: number;
}

export class ChunkedChannel implements DataChannel {
  readonly #native: DataChannel;
  readonly #options: ChunkedChannelOptions;
  readonly #reassembler = new Reassembler();
  readonly #urgent: Uint8Array<ArrayBuffer>[] = [];
  readonly #queue: Outgoing[] = [];
  #queuedBytes = 0;
  #ids = 0;
  /** Undefined until the peer said hello, or did not in time. */
  #chunks: boolean | undefined;
  #helloTimer: Dispose | undefined;
  onopen: DataChannel["onopen"] = null;
  onclose: DataChannel["onclose"] = null;
  onerror: DataChannel["onerror"] = null;
  onmessage: DataChannel["onmessage"] = null;
  onbufferedamountlow: DataChannel["onbufferedamountlow"] = null;
  /** simple-peer's own, for a stream that y-webrtc does not use. */
  bufferedAmountLowThreshold = 0;

  constructor(native: DataChannel, options: ChunkedChannelOptions) {
    this.#native = native;
    this.#options = options;
    native.binaryType = "arraybuffer";
    native.bufferedAmountLowThreshold = LOW_WATER;
    native.onopen = (event) => this.#opened(event);
    native.onclose = (event) => this.#closed(event);
    native.onerror = (event) => this.onerror?.(event);
    native.onmessage = (event) => this.#received(event.data);
    native.onbufferedamountlow = (event) => {
      this.#pump();
      this.onbufferedamountlow?.(event);
    };
  }

  get binaryType(): string {
    return this.#native.binaryType;
  }

  set binaryType(_type: string) {
    // Always array buffers; simple-peer asks for the same.
  }

  get label(): string {
    return this.#native.label;
  }

  get readyState(): string {
    return this.#native.readyState;
  }

  /** Bytes that have not left this device. */
  get bufferedAmount(): number {
    return this.#native.bufferedAmount + this.#queuedBytes;
  }

  /** @throws Error when the channel is not open, as the real one does */
  send(message: Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== "open") throw new Error("the channel is not open");
    if (message.length > MESSAGE_LIMIT) {
      this.#options.undeliverable(message.length);
      return;
    }
    if (this.#options.urgent(message) && message.length <= PIECE_BYTES) {
      this.#urgent.push(message);
    } else {
      this.#queue.push({ message, id: ++this.#ids, nextPiece: 0 });
    }
    this.#queuedBytes += message.length;
    if (this.#queuedBytes > QUEUE_LIMIT) this.#drop("it does not read what it is sent");
    else this.#pump();
  }

  close(): void {
    this.#forget();
    this.#native.close();
  }

  #opened(event: unknown): void {
    this.#native.send(helloFrame());
    this.#helloTimer = this.#options.clock.after(HELLO_PATIENCE, () => {
      this.#chunks ??= false;
      this.#pump();
    });
    this.onopen?.(event);
  }

  #closed(event: unknown): void {
    this.#forget();
    this.onclose?.(event);
    this.#options.closed(this);
  }

  #forget(): void {
    this.#helloTimer?.();
    this.#urgent.length = 0;
    this.#queue.length = 0;
    this.#queuedBytes = 0;
  }

  #received(data: unknown): void {
    if (!(data instanceof ArrayBuffer) || data.byteLength === 0) return;
    const frame = new Uint8Array(data);
    if (frame[0] !== CHUNK_MARKER) {
      this.#deliver(frame);
      return;
    }
    const chunk = readChunkFrame(frame);
    if (chunk?.type === "hello") {
      this.#chunks = true;
      this.#pump();
    } else if (chunk?.type === "piece") {
      const result = this.#reassembler.add(chunk, this.#options.clock.monotonic());
      if (result.outcome === "complete") this.#deliver(result.message);
      if (result.outcome === "violation") this.#drop(result.why);
    }
  }

  #deliver(message: Uint8Array<ArrayBuffer>): void {
    const clean = this.#options.clean(message, this);
    if (clean === undefined) return;
    const whole = clean.byteLength === clean.buffer.byteLength ? clean : clean.slice();
    this.onmessage?.({ data: whole.buffer });
  }

  /** Gives the channel as much as it takes without swelling. */
  #pump(): void {
    while (this.readyState === "open" && this.#native.bufferedAmount < HIGH_WATER) {
      const frame = this.#next();
      if (frame === undefined) return;
      try {
        this.#native.send(frame);
      } catch {
        // The browser's buffer is full before ours says so, or the link is closing: what was sent is lost, so the link is.
        this.#drop("the browser could not send");
        return;
      }
    }
  }

  #next(): Uint8Array<ArrayBuffer> | undefined {
    const urgent = this.#urgent.shift();
    if (urgent !== undefined) {
      this.#queuedBytes -= urgent.length;
      return urgent;
    }
    const outgoing = this.#queue[0];
    if (outgoing === undefined) return undefined;
    const { message, id } = outgoing;
    if (message.length <= PIECE_BYTES) return this.#whole(outgoing);
    // Nothing overtakes: what follows may build on this message.
    if (this.#chunks === undefined) return undefined;
    if (!this.#chunks) return this.#wholeForStock(outgoing);
    const frame = pieceFrame(message, id, outgoing.nextPiece++);
    this.#queuedBytes -= Math.min(PIECE_BYTES, message.length - (outgoing.nextPiece - 1) * PIECE_BYTES);
    if (outgoing.nextPiece >= pieceCount(message.length)) this.#queue.shift();
    return frame;
  }

  #whole({ message }: Outgoing): Uint8Array<ArrayBuffer> {
    this.#queue.shift();
    this.#queuedBytes -= message.length;
    return message;
  }

  #wholeForStock(outgoing: Outgoing): Uint8Array<ArrayBuffer> | undefined {
    const message = this.#whole(outgoing);
    if (message.length <= STOCK_LIMIT) return message;
    this.#options.undeliverable(bytes(message.length));
    return this.#next();
  }

  #drop(why: string): void {
    this.close();
    this.#options.dropped(why);
  }
}
