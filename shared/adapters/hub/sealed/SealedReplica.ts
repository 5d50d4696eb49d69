// Our replica beside the log of a blind host, from one connection to the next: how far we have read, what we have given,
// and what of it is on the host's disk.
// 1. Until everything has been read once, what the host lacks is unknown. Then it is worked out, and from then on it is
//    what was queued and is not durable.
// 2. What was sent counts as given when it is durable. After a lost connection the rest is given again: an update that
//    the log has twice is the same document.
// 3. We go on from the last entry that was durable: a host that crashed may have lost what came after it.

import * as Y from "yjs";
import { bytes } from "../../../base/units.ts";
import { SEALED_PART } from "../../../contracts/host/sealedHub.ts";
import type { DocOrigin } from "../../../notebook/origins.ts";
import type { Receiving } from "../../../ports/DocSource.ts";
import type { Logger } from "../../../ports/Logger.ts";
import { messageOf } from "../../../base/errors.ts";
import { isSealed, markOf, type RoomSealer } from "../../../rooms/RoomSealer.ts";
import { cutUpdate } from "../../parts/cutUpdate.ts";
import { PART_FIRST } from "../../parts/partLimits.ts";
import { HostKnowledge } from "./HostKnowledge.ts";
import type { LogPosition, SealedFrame } from "./sealedFrames.ts";

interface Sent {
  readonly update: Uint8Array;
  readonly mark: Uint8Array;
  seq: number | undefined;
}

/** An entry by which the log is recognised. */
interface Place {
  readonly seq: number;
  readonly mark: Uint8Array;
}

export interface SealedReplicaOptions {
  readonly doc: Y.Doc;
  readonly sealer: RoomSealer;
  readonly origin: DocOrigin;
  readonly logger: Logger;
}

const NONE = new Uint8Array();
const NOWHERE: LogPosition = { log: NONE, covers: 0, piece: 0, whole: false, seq: 0, mark: NONE };

export class SealedReplica {
  readonly #options: SealedReplicaOptions;
  #position = NOWHERE;
  #pieces = 0;
  /** Undefined once it has been worked out what the host lacks. */
  #knowledge: HostKnowledge | undefined = new HostKnowledge();
  #queue: Uint8Array[] = [];
  readonly #sent = new Map<number, Sent>();
  #numbers = 0;
  /** Entries since the last that is durable, and that one. */
  #trail: Place[] = [];
  #durable = 0;
  #received = 0;
  #total = 0;
  /** Messages since the beginning of the log that opened, and that did not. */
  #opened = 0;
  #failed = 0;

  constructor(options: SealedReplicaOptions) {
    this.#options = options;
  }

  get position(): LogPosition {
    return this.#position;
  }

  /** Everything has been read once, and what the host lacks is queued. */
  get isKnown(): boolean {
    return this.#knowledge === undefined;
  }

  /** Nothing of what the host has opens with our key, and something should. */
  get isShutOut(): boolean {
    return this.#failed > 0 && this.#opened === 0;
  }

  /** Something of what the host has does not open. */
  get isBroken(): boolean {
    return this.#failed > 0;
  }

  /** Something waits to be sent. */
  get hasNews(): boolean {
    return this.#queue.length > 0;
  }

  /** Everything given and received is on the host's disk, and nothing waits. */
  get isDurable(): boolean {
    return this.isKnown && !this.hasNews && this.#sent.size === 0 && this.#durable >= this.#position.seq;
  }

  get progress(): Receiving | undefined {
    if (this.isKnown || this.#total < PART_FIRST) return undefined;
    return { received: bytes(Math.min(this.#received, this.#total)), total: bytes(this.#total) };
  }

  /** A new connection: what is not durable is given again, and read again. */
  connect(): void {
    this.#queue = [...[...this.#sent.values()].map(({ update }) => update), ...this.#queue];
    this.#sent.clear();
    const [durable] = this.#trail;
    // What is still unknown must be read from the beginning.
    if (this.#knowledge !== undefined || durable === undefined || durable.seq > this.#durable) this.startOver();
    else this.#position = { ...this.#position, ...durable, whole: true };
    this.#trail = this.#trail.slice(0, 1);
  }

  /** Reads everything again. */
  startOver(): void {
    this.#position = NOWHERE;
  }

  begin({ log, covers, pieces, bytes: total }: SealedFrame & { readonly type: "begin" }): void {
    this.#position = { log, covers, piece: 0, whole: pieces === 0, seq: covers, mark: NONE };
    this.#pieces = pieces;
    this.#knowledge = new HostKnowledge();
    // All of it is in the document, and is given again if the host does not have it.
    this.#queue = [];
    this.#sent.clear();
    // A snapshot counts when it is on the disk.
    this.#trail = [{ seq: covers, mark: NONE }];
    this.#durable = covers;
    this.#received = this.#opened = this.#failed = 0;
    this.#total = total;
  }

  /** An update of the snapshot, ready to be applied; undefined if it is none, or we have it. */
  piece(index: number, sealed: Uint8Array): Uint8Array | undefined {
    const { whole, piece } = this.#position;
    if (whole || index !== piece) return undefined;
    this.#position = { ...this.#position, piece: index + 1, whole: index + 1 >= this.#pieces };
    return this.#open(sealed);
  }

  /** An update of the log, ready to be applied; undefined if it is none, or we have it. */
  entry(seq: number, sealed: Uint8Array): Uint8Array | undefined {
    if (seq <= this.#position.seq || !isSealed(sealed)) return undefined;
    this.#moveTo({ seq, mark: markOf(sealed).slice() });
    return this.#open(sealed);
  }

  /** An update of the generation before; undefined if it is none. */
  earlier(sealed: Uint8Array): Uint8Array | undefined {
    const update = this.#options.sealer.open("update", sealed);
    if (update !== undefined) this.#opened++;
    return update;
  }

  taken(number: number, seq: number): void {
    const sent = this.#sent.get(number);
    if (sent === undefined) return;
    sent.seq = seq;
    if (seq > this.#position.seq) this.#moveTo({ seq, mark: sent.mark });
  }

  durable(seq: number): void {
    this.#durable = Math.max(this.#durable, seq);
    for (const [number, sent] of this.#sent) {
      if (sent.seq !== undefined && sent.seq <= this.#durable) this.#sent.delete(number);
    }
    const durable = this.#trail.filter((place) => place.seq <= this.#durable).length;
    if (durable > 1) this.#trail = this.#trail.slice(durable - 1);
  }

  /** Next clocks the host lacks; undefined if it has everything. Everything must have been read. */
  lacking(): ReadonlyMap<number, number> | undefined {
    const knowledge = this.#knowledge;
    if (knowledge === undefined || knowledge.covers(this.#options.doc)) return undefined;
    return knowledge.clocks();
  }

  /** What the host lacks has been queued. */
  settle(): void {
    this.#knowledge = undefined;
  }

  /** The host lacks this update. A large one goes in parts: what does not come whole within the silence that is borne never comes. */
  queue(update: Uint8Array): void {
    this.#queue.push(...cutUpdate(this.#options.doc, update, SEALED_PART));
  }

  /** Takes from the queue what is sent next: as much as makes a part, or one update that is more. */
  take(): { readonly number: number; readonly sealed: Uint8Array } | undefined {
    const [first] = this.#queue;
    if (first === undefined) return undefined;
    let [count, size] = [1, first.length];
    while (count < this.#queue.length && (size += this.#queue[count]?.length ?? 0) <= SEALED_PART) count++;
    const taken = this.#queue.splice(0, count);
    const update = count === 1 ? first : Y.mergeUpdates(taken);
    const number = ++this.#numbers;
    const sealed = this.#options.sealer.seal("update", update);
    this.#sent.set(number, { update, mark: markOf(sealed).slice(), seq: undefined });
    return { number, sealed };
  }

  #moveTo(place: Place): void {
    this.#position = { ...this.#position, ...place };
    this.#trail.push(place);
  }

  #open(sealed: Uint8Array): Uint8Array | undefined {
    const update = this.#options.sealer.open("update", sealed);
    this.#received += sealed.length;
    if (update === undefined) {
      this.#failed++;
      return undefined;
    }
    try {
      this.#knowledge?.add(update);
      this.#opened++;
      return update;
    } catch (error) {
      this.#failed++;
      this.#options.logger.warn("a member stored what is no update", { error: messageOf(error) });
      return undefined;
    }
  }
}
