// Frames between the peers of one room over a broker that must not read them: sealed with the room's key, cut into
// pieces, paced by what the network takes.
//   payload = 0x01 ‖ nonce (24) ‖ XChaCha20-Poly1305(content key, nonce, aad = 0x01 ‖ topic, frame or piece of one)
// QoS 0, nothing retained: what is lost is found by comparing state vectors, and a broker keeps no document.

import { disposeAll, type Dispose } from "../../base/dispose.ts";
import type { PeerId } from "../../base/ids.ts";
import { kib, ms } from "../../base/units.ts";
import { formatJobTopic, parseJobTopic, syncFilters } from "../../jobs/topics.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { JobTransport } from "../../ports/JobTransport.ts";
import type { RoomKeys } from "../../rooms/roomKeys.ts";
import { seal, unseal } from "../../rooms/seal.ts";
import {
  CHUNK_MARKER,
  MESSAGE_LIMIT,
  PIECE_BYTES,
  pieceCount,
  pieceFrame,
  readChunkFrame,
} from "../webrtc/chunked/chunks.ts";
import { Reassembler } from "../webrtc/chunked/Reassembler.ts";

const VERSION = 1;
/** With so much unsent the rest waits here: the transport would drop it. */
const HIGH_WATER = kib(256);
/** How often a full connection is looked at again: it does not tell when it drained. */
const DRAIN_POLL = ms(20);
/** Peers whose pieces are kept at a time. */
const SENDERS_LIMIT = 64;

export interface RelayChannelOptions {
  /** Our own connection; closed with the channel. */
  readonly transport: JobTransport;
  /** Under which id the transport is connected. */
  readonly self: PeerId;
  readonly keys: Pick<RoomKeys, "content" | "topicTag">;
  readonly clock: Clock;
}

export interface RelayChannelEvents {
  readonly online: (online: boolean) => void;
  /** `direct`: sent to us alone. */
  readonly received: (frame: Uint8Array, from: PeerId, direct: boolean) => void;
  /** Somebody in this room sent what makes no sense, or parts of it were lost. */
  readonly unreadable: (why: string) => void;
}

export class RelayChannel {
  readonly #options: RelayChannelOptions;
  readonly #events: RelayChannelEvents;
  readonly #disposes: readonly Dispose[];
  readonly #senders = new Map<PeerId, Reassembler>();
  #queue: { readonly topic: string; readonly plain: Uint8Array }[] = [];
  #drain: Dispose | undefined;
  #ids = 0;

  constructor(options: RelayChannelOptions, events: RelayChannelEvents) {
    this.#options = options;
    this.#events = events;
    const { transport, self, keys } = options;
    const receive = (topic: string, payload: Uint8Array): void => this.#receive(topic, payload);
    this.#disposes = [
      transport.subscribe(syncFilters.own(keys.topicTag, self), receive),
      transport.subscribe(syncFilters.all(keys.topicTag), receive),
      transport.onOnline((online) => this.#onlineChanged(online)),
    ];
    if (transport.online) queueMicrotask(() => this.#onlineChanged(transport.online));
  }

  get online(): boolean {
    return this.#options.transport.online;
  }

  /** Everything given has left this device, or never will. */
  get flushed(): boolean {
    return this.#queue.length === 0 && this.#options.transport.backlog === 0;
  }

  /** False if the frame is too large to be carried by this way. */
  broadcast(frame: Uint8Array): boolean {
    const { keys, self } = this.#options;
    return this.#send(formatJobTopic({ tag: keys.topicTag, kind: "sync-all", peer: self }), frame);
  }

  send(to: PeerId, frame: Uint8Array): boolean {
    const { keys, self } = this.#options;
    return this.#send(formatJobTopic({ tag: keys.topicTag, kind: "sync", to, from: self }), frame);
  }

  close(): Promise<void> {
    disposeAll(this.#disposes);
    this.#forget();
    return this.#options.transport.close();
  }

  #send(topic: string, frame: Uint8Array): boolean {
    if (frame.length > MESSAGE_LIMIT) return false;
    if (!this.online) return true;
    if (frame.length <= PIECE_BYTES) {
      this.#queue.push({ topic, plain: frame });
    } else {
      const id = ++this.#ids;
      for (let index = 0; index < pieceCount(frame.length); index++) {
        this.#queue.push({ topic, plain: pieceFrame(frame, id, index) });
      }
    }
    if (this.#drain === undefined) this.#pump();
    return true;
  }

  #pump(): void {
    const { transport, keys, clock } = this.#options;
    this.#drain = undefined;
    let sent = 0;
    while (sent < this.#queue.length && transport.backlog < HIGH_WATER) {
      const { topic, plain } = this.#queue[sent++] ?? { topic: "", plain: new Uint8Array() };
      const sealed = seal(keys.content, contextOf(topic), plain);
      const payload = new Uint8Array(1 + sealed.length);
      payload[0] = VERSION;
      payload.set(sealed, 1);
      transport.publish(topic, payload, { qos: 0, retain: false });
    }
    this.#queue = this.#queue.slice(sent);
    if (this.#queue.length > 0) this.#drain = clock.after(DRAIN_POLL, () => this.#pump());
  }

  #receive(name: string, payload: Uint8Array): void {
    const topic = parseJobTopic(name);
    if (topic?.kind !== "sync" && topic?.kind !== "sync-all") return;
    const direct = topic.kind === "sync";
    const from = topic.kind === "sync" ? topic.from : topic.peer;
    // A broker brings our own broadcasts back.
    if (from === this.#options.self) return;
    if (payload[0] !== VERSION) return;
    const plain = unseal(this.#options.keys.content, contextOf(name), payload.subarray(1));
    // Not from this room: anybody who knows the topic can put noise there.
    if (plain === undefined) return;
    const frame = plain[0] === CHUNK_MARKER ? this.#assemble(from, plain) : plain;
    if (frame !== undefined) this.#events.received(frame, from, direct);
  }

  #assemble(from: PeerId, plain: Uint8Array): Uint8Array | undefined {
    const piece = readChunkFrame(plain);
    if (piece?.type !== "piece") return undefined;
    const now = this.#options.clock.monotonic();
    let result = this.#assembler(from).add(piece, now);
    if (result.outcome === "violation" && this.#senders.delete(from) && piece.index === 0) {
      // Parts of an earlier message were lost on the way; this is the first of another.
      result = this.#assembler(from).add(piece, now);
    }
    if (result.outcome === "violation") this.#events.unreadable(result.why);
    return result.outcome === "complete" ? result.message : undefined;
  }

  #assembler(from: PeerId): Reassembler {
    const assembler = this.#senders.get(from) ?? new Reassembler();
    this.#senders.delete(from);
    this.#senders.set(from, assembler);
    const [oldest] = this.#senders.keys();
    if (oldest !== undefined && this.#senders.size > SENDERS_LIMIT) this.#senders.delete(oldest);
    return assembler;
  }

  #onlineChanged(online: boolean): void {
    if (!online) this.#forget();
    this.#events.online(online);
  }

  #forget(): void {
    this.#drain?.();
    this.#drain = undefined;
    this.#queue = [];
    this.#senders.clear();
  }
}

function contextOf(topic: string): Uint8Array {
  const name = new TextEncoder().encode(topic);
  const context = new Uint8Array(1 + name.length);
  context[0] = VERSION;
  context.set(name, 1);
  return context;
}
