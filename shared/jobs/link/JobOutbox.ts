import type { JobTransport } from "../../ports/JobTransport.ts";
import type { Logger } from "../../ports/Logger.ts";
import type { Signer } from "../../ports/Signer.ts";
import { ENVELOPE_OVERHEAD, sealEnvelope } from "../envelope.ts";
import { encodeBatch, encodeJobMessage } from "../jobCodec.ts";
import { BATCH_LIMIT, PAYLOAD_LIMIT, type JobMessage } from "../jobMessage.ts";

/** Where a batch goes, and how. */
export interface Destination {
  readonly topic: string;
  /** The receiver's life; 0 for everybody. */
  readonly to: number;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

export interface JobOutboxOptions {
  readonly transport: JobTransport;
  readonly sender: Sender;
  readonly incarnation: number;
  readonly afterTurn: (callback: () => void) => void;
  readonly logger: Logger;
}

/** Who seals: the class's content key and this device's signer. */
interface Sender {
  readonly key: Uint8Array;
  readonly signer: Signer;
}

interface Waiting {
  readonly destination: Destination;
  readonly encoded: Uint8Array[];
  size: number;
}

/** Number of the last will in its topic: it is sealed before everything else. */
const WILL_SEQ = 0;

/**
 * Sends messages in batches: all of one turn for one destination share one envelope, hence one signature, one seal and
 * one MQTT message. A batch leaves early when it is full. Order is kept across all destinations.
 */
export class JobOutbox {
  readonly #options: JobOutboxOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #sequences = new Map<string, number>();
  #scheduled = false;
  #sending: Promise<void> = Promise.resolve();

  constructor(options: JobOutboxOptions) {
    this.#options = options;
  }

  /** One message alone in an envelope for everybody, for a last will. */
  static sealOne(sender: Sender, topic: string, incarnation: number, message: JobMessage): Promise<Uint8Array> {
    return sealEnvelope(sender, topic, { incarnation, to: 0, seq: WILL_SEQ }, encodeBatch([encodeJobMessage(message)]));
  }

  /** @throws Error for a message that no receiver would accept: its maker must know the limits. */
  add(destination: Destination, message: JobMessage): void {
    const encoded = encodeJobMessage(message);
    if (encoded.byteLength > PAYLOAD_LIMIT - ENVELOPE_OVERHEAD) {
      throw new Error(`a ${message.type} message of ${encoded.byteLength} bytes is above the limit`);
    }
    this.#makeRoom(destination, encoded.byteLength);
    const waiting = this.#waiting.get(destination.topic) ?? { destination, encoded: [], size: 0 };
    waiting.encoded.push(encoded);
    waiting.size += encoded.byteLength;
    this.#waiting.set(destination.topic, waiting);
    this.#schedule();
  }

  /** Resolves when what was added before was handed to the transport. */
  async drain(): Promise<void> {
    this.#flushAll();
    await this.#sending;
  }

  /** A batch is full, or is meant for an earlier life of the receiver: it leaves before the next message joins. */
  #makeRoom({ topic, to }: Destination, size: number): void {
    const waiting = this.#waiting.get(topic);
    if (waiting === undefined) return;
    if (waiting.destination.to !== to || waiting.size + size > BATCH_LIMIT) this.#flush(topic);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.afterTurn(() => this.#flushAll());
  }

  #flushAll(): void {
    this.#scheduled = false;
    for (const topic of [...this.#waiting.keys()]) this.#flush(topic);
  }

  #flush(topic: string): void {
    const waiting = this.#waiting.get(topic);
    if (waiting === undefined) return;
    this.#waiting.delete(topic);
    const seq = (this.#sequences.get(topic) ?? WILL_SEQ) + 1;
    this.#sequences.set(topic, seq);
    this.#sending = this.#sending.then(() => this.#publish(waiting, seq));
  }

  async #publish({ destination, encoded }: Waiting, seq: number): Promise<void> {
    const { transport, sender, incarnation } = this.#options;
    const { topic, to, qos, retain } = destination;
    try {
      const payload = await sealEnvelope(sender, topic, { incarnation, to, seq }, encodeBatch(encoded));
      transport.publish(topic, payload, { qos, retain });
    } catch (error) {
      // The key store failed. The machines repeat what matters; stopping here would silence everything after it.
      this.#options.logger.error("a batch of job messages could not be sealed", { error });
    }
  }
}
