// Signals by way of the links there are, for when the signalling server is gone with the host: whoever loses a relay still
// finds another one. Passed on by everybody, once; sealed as for the server, so that a peer without the key reads nothing.

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { SIGNALLING_MESSAGE_LIMIT } from "../../../contracts/host/hubProtocol.ts";
import { seconds, type Milliseconds } from "../../../base/units.ts";
import type { Clock } from "../../../ports/Clock.ts";

/** First byte of a message. Types below 64 are y-webrtc's. */
const POST = 80;
const ID_BYTES = 12;
/** From one peer over two relays to another is three; one more while the mesh changes. */
const PASSES_LIMIT = 4;
/** Signals that are remembered, so that none is passed on twice. */
const REMEMBERED_LIMIT = 2_000;
/** Signals taken from one link in `WINDOW`: a relay that comes is offered a link by everybody at once. */
const SIGNALS_LIMIT = 200;
const WINDOW: Milliseconds = seconds(10);

export interface SignalPostOptions<Link extends object> {
  /** Links that work, to peers that understand. */
  readonly links: () => readonly Link[];
  readonly send: (link: Link, message: Uint8Array) => void;
  /** A sealed signal has come; it may be for anybody. */
  readonly deliver: (sealed: string) => void;
  readonly clock: Clock;
}

export function isPost(message: Uint8Array): boolean {
  return message[0] === POST;
}

export class SignalPost<Link extends object> {
  readonly #options: SignalPostOptions<Link>;
  readonly #seen = new Set<string>();
  readonly #taken = new WeakMap<Link, { since: Milliseconds; count: number }>();

  constructor(options: SignalPostOptions<Link>) {
    this.#options = options;
  }

  send(sealed: string): void {
    const id = crypto.getRandomValues(new Uint8Array(ID_BYTES));
    this.#see(id);
    const message = write(id, PASSES_LIMIT, sealed);
    for (const link of this.#options.links()) this.#options.send(link, message);
  }

  /** A message of ours came over `from`. Malformed ones, and too many, are dropped. */
  received(message: Uint8Array, from: Link): void {
    const signal = read(message);
    if (signal === undefined || !this.#mayTake(from) || !this.#see(signal.id)) return;
    this.#options.deliver(signal.sealed);
    if (signal.passes <= 1) return;
    const passed = write(signal.id, Math.min(signal.passes, PASSES_LIMIT) - 1, signal.sealed);
    for (const link of this.#options.links()) if (link !== from) this.#options.send(link, passed);
  }

  #mayTake(from: Link): boolean {
    const now = this.#options.clock.monotonic();
    const known = this.#taken.get(from);
    if (known === undefined || now - known.since > WINDOW) {
      this.#taken.set(from, { since: now, count: 1 });
      return true;
    }
    return ++known.count <= SIGNALS_LIMIT;
  }

  /** False if it was seen before. */
  #see(id: Uint8Array): boolean {
    const key = id.join();
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    for (const oldest of this.#seen) {
      if (this.#seen.size <= REMEMBERED_LIMIT) break;
      this.#seen.delete(oldest);
    }
    return true;
  }
}

interface Signal {
  readonly id: Uint8Array;
  /** How often it may still be passed on, this time included. */
  readonly passes: number;
  readonly sealed: string;
}

function write(id: Uint8Array, passes: number, sealed: string): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, POST);
  encoding.writeVarUint(encoder, passes);
  encoding.writeUint8Array(encoder, id);
  encoding.writeVarString(encoder, sealed);
  return encoding.toUint8Array(encoder);
}

function read(message: Uint8Array): Signal | undefined {
  if (message.length > SIGNALLING_MESSAGE_LIMIT) return undefined;
  try {
    const decoder = decoding.createDecoder(message);
    decoding.readVarUint(decoder);
    const passes = decoding.readVarUint(decoder);
    const id = decoding.readUint8Array(decoder, ID_BYTES);
    const sealed = decoding.readVarString(decoder);
    return decoding.hasContent(decoder) ? undefined : { id, passes, sealed };
  } catch {
    return undefined;
  }
}
