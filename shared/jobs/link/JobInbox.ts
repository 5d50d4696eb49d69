import type { Dispose } from "../../base/dispose.ts";
import { Emitter } from "../../base/emitter.ts";
import type { PeerId } from "../../base/ids.ts";
import type { Signer } from "../../ports/Signer.ts";
import type { SealCipher } from "../../rooms/seal.ts";
import { openEnvelope, verifyEnvelope, type OpenedEnvelope } from "../envelope.ts";
import { decodeBatch } from "../jobCodec.ts";
import type { JobMessage } from "../jobMessage.ts";
import { parseJobTopic, senderOf, type JobTopic } from "../topics.ts";
import { isPiece, PieceTable } from "./pieces.ts";
import { ReplayGuard } from "./ReplayGuard.ts";

export interface JobInboxOptions {
  readonly key: Uint8Array;
  readonly tag: string;
  readonly signer: Signer;
  readonly cipher?: SealCipher | undefined;
  readonly incarnation: number;
}

/** What one accepted envelope carried. */
export interface ReceivedBatch {
  readonly kind: JobTopic["kind"];
  readonly from: PeerId;
  readonly incarnation: number;
  readonly seq: number;
  readonly messages: readonly JobMessage[];
}

/** Envelopes of one sender that may wait for their signature check; a flood beyond it is dropped and repeated. */
const WAITING_LIMIT = 256;

/** Topics that need not be read again: two or three of each peer. */
const TOPICS_LIMIT = 1_024;

interface Opened {
  readonly name: string;
  readonly topic: JobTopic;
  readonly envelope: OpenedEnvelope;
}

interface Queue {
  tail: Promise<void>;
  waiting: number;
}

/**
 * Accepts payloads: of our class, sealed for their topic, sent by the peer the topic names, signed by it, meant for
 * this life of ours and not accepted before. Everything else is counted and dropped. Keeps the order of each sender.
 */
export class JobInbox {
  readonly #options: JobInboxOptions;
  readonly #batches = new Emitter<ReceivedBatch>();
  readonly #guard = new ReplayGuard();
  readonly #pieces = new PieceTable();
  /** Under which members of the class sent something. */
  readonly #topics = new Map<string, JobTopic>();
  readonly #queues = new Map<PeerId, Queue>();
  readonly #refused = new Map<string, number>();

  constructor(options: JobInboxOptions) {
    this.#options = options;
  }

  get refused(): ReadonlyMap<string, number> {
    return this.#refused;
  }

  /** The newest life of a peer that was heard. */
  lifeOf(peer: PeerId): number | undefined {
    return this.#guard.lifeOf(peer);
  }

  subscribe(listener: (batch: ReceivedBatch) => void): Dispose {
    return this.#batches.subscribe(listener);
  }

  /** Takes one payload from the network; listeners hear of it later, if at all. */
  receive(name: string, received: Uint8Array): void {
    const payload = isPiece(received) ? this.#pieces.add(name, received) : received;
    if (payload === undefined) return;
    const opened = this.#open(name, payload);
    if (typeof opened === "string") this.#refuse(opened);
    else this.#enqueue(opened);
  }

  /** The envelope with its sender still unproven, or the reason for refusing it. */
  #open(name: string, payload: Uint8Array): Opened | string {
    const topic = this.#topics.get(name) ?? parseJobTopic(name);
    if (topic?.tag !== this.#options.tag) return "topic";
    const opening = openEnvelope(this.#options.key, name, payload, this.#options.cipher);
    if (!opening.ok) return opening.error;
    if (this.#topics.size >= TOPICS_LIMIT) this.#topics.clear();
    this.#topics.set(name, topic);
    const opened = { name, topic, envelope: opening.value };
    return this.#faultOf(opened) ?? opened;
  }

  #faultOf({ name, topic, envelope }: Opened): string | undefined {
    const sender = senderOf(topic);
    if (sender !== undefined && sender !== envelope.from) return "sender";
    if (topic.kind === "inbox") {
      const ours = topic.to === this.#options.signer.peer && envelope.to === this.#options.incarnation;
      if (!ours) return "receiver";
    }
    return this.#isNew(name, topic, envelope) ? undefined : "replayed";
  }

  /**
   * Presence is retained: the broker repeats it whenever we subscribe, and a last will is the same bytes for each broken
   * connection. The roster sorts repetitions out; here only lives that are over are refused.
   */
  #isNew(name: string, topic: JobTopic, envelope: OpenedEnvelope): boolean {
    if (topic.kind !== "presence") return this.#guard.isNew(envelope.from, name, envelope);
    return envelope.incarnation >= (this.#guard.lifeOf(envelope.from) ?? 0);
  }

  #enqueue(opened: Opened): void {
    const { from } = opened.envelope;
    const queue = this.#queues.get(from) ?? { tail: Promise.resolve(), waiting: 0 };
    if (queue.waiting >= WAITING_LIMIT) {
      this.#refuse("flood");
      return;
    }
    queue.waiting += 1;
    this.#queues.set(from, queue);
    queue.tail = queue.tail.then(async () => {
      await this.#verify(opened);
      queue.waiting -= 1;
      if (queue.waiting === 0) this.#queues.delete(from);
    });
  }

  /** Never rejects: it runs in a chain that nobody waits for. */
  async #verify({ name, topic, envelope }: Opened): Promise<void> {
    if (!(await verifyEnvelope(this.#options.signer, name, envelope))) {
      this.#refuse("signature");
      return;
    }
    const messages = decodeBatch(envelope.body);
    if (messages === undefined) {
      this.#refuse("malformed");
      return;
    }
    if (!this.#isNew(name, topic, envelope)) {
      this.#refuse("replayed");
      return;
    }
    if (topic.kind === "presence") this.#guard.meet(envelope.from, envelope.incarnation);
    else this.#guard.accept(envelope.from, name, envelope);
    const { from, incarnation, seq } = envelope;
    this.#batches.emit({ kind: topic.kind, from, incarnation, seq, messages });
  }

  #refuse(reason: string): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }
}
