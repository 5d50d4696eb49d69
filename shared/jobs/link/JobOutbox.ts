import { kib, ms, seconds, type Bytes, type Milliseconds } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { JobTransport } from "../../ports/JobTransport.ts";
import type { Logger } from "../../ports/Logger.ts";
import { ENVELOPE_OVERHEAD, sealEnvelope, type Sealer } from "../envelope.ts";
import { encodeBatch, encodeJobMessage } from "../jobCodec.ts";
import { BATCH_LIMIT, PAYLOAD_LIMIT, type AckMessage, type DoneMessage, type JobMessage } from "../jobMessage.ts";
import { Alarm } from "./Alarm.ts";
import { cutPayload } from "./pieces.ts";

/** Where a batch goes, and how. `qos`: at most. */
export interface Destination {
  readonly topic: string;
  /** The receiver's life; 0 for everybody. */
  readonly to: number;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /** The receiver wants what is large in pieces. */
  readonly inPieces?: boolean;
}

export interface JobOutboxOptions {
  readonly transport: JobTransport;
  readonly sender: Sealer;
  readonly incarnation: number;
  readonly clock: Clock;
  readonly afterTurn: (callback: () => void) => void;
  readonly logger: Logger;
}

interface Waiting {
  readonly destination: Destination;
  readonly encoded: (Uint8Array | undefined)[];
  /** Where the `ack` of an attempt stands among them. */
  readonly acks: Map<string, number>;
  size: number;
  /** Bytes of output. */
  output: number;
  /** Nothing but what is repeated until it came. */
  repeated: boolean;
  /** Leaves at the end of this turn. */
  urgent: boolean;
  /** Rings when the patience of the others is over. */
  readonly alarm: Alarm;
}

/**
 * Nobody waits for these: they leave with the next message to the same peer, or alone after this long. A short job then
 * costs two envelopes instead of four: its `ack` travels with its `done`, its `rcv` with the next `offer`.
 */
const PATIENCE: Readonly<Partial<Record<JobMessage["type"], Milliseconds>>> = { ack: ms(5), rcv: ms(50) };

/**
 * Between two envelopes for one peer passes at least so much, unless the second is full: under load many messages then
 * share a signature and a packet, and what comes alone waits for nothing.
 */
const PACE: Milliseconds = ms(1);
/** Destinations whose last envelope is remembered for that; above it the oldest is forgotten. */
const PACED_LIMIT = 256;

/**
 * Who waits for these asks again, or is told again, until they came. They go without the broker's
 * acknowledgements (QoS 0), four packets of the eight that a short job would cost: with clean sessions those promise nothing
 * across a loss, and within a connection TCP promises as much.
 */
const REPEATED: ReadonlySet<JobMessage["type"]> = new Set(["offer", "ack", "chunk", "done", "rcv", "got", "need"]);
/** Above this, output in an envelope is large: brokers may drop QoS 0 of who reads slowly, and QoS 1 waits for it. */
const LIGHT: Bytes = kib(8);
/** So long after it all for the same peer go as it went: they are not to overtake it. */
const HEAVY_REST: Milliseconds = seconds(1);

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
  /** When the last envelope left. */
  readonly #left = new Map<string, Milliseconds>();
  /** When the last envelope with much output left. */
  readonly #heavy = new Map<string, Milliseconds>();
  #scheduled = false;
  #sending: Promise<void> = Promise.resolve();

  constructor(options: JobOutboxOptions) {
    this.#options = options;
  }

  /** One message alone in an envelope for everybody, for a last will. */
  static sealOne(sender: Sealer, topic: string, incarnation: number, message: JobMessage): Promise<Uint8Array> {
    return sealEnvelope(sender, topic, { incarnation, to: 0, seq: WILL_SEQ }, encodeBatch([encodeJobMessage(message)]));
  }

  /** @throws Error for a message that no receiver would accept: its maker must know the limits. */
  add(destination: Destination, message: JobMessage): void {
    const encoded = encodeJobMessage(message);
    if (encoded.byteLength > PAYLOAD_LIMIT - ENVELOPE_OVERHEAD) {
      throw new Error(`a ${message.type} message of ${encoded.byteLength} bytes is above the limit`);
    }
    this.#makeRoom(destination, encoded.byteLength);
    const waiting = this.#waiting.get(destination.topic) ?? this.#begin(destination);
    if (message.type === "done") dropAck(waiting, message);
    if (message.type === "ack") waiting.acks.set(nameOf(message), waiting.encoded.length);
    waiting.encoded.push(encoded);
    waiting.size += encoded.byteLength;
    if (message.type === "chunk") waiting.output += encoded.byteLength;
    waiting.repeated &&= REPEATED.has(message.type);
    const patience = PATIENCE[message.type];
    if (patience === undefined) this.#schedule(waiting);
    else waiting.alarm.set(ms(this.#options.clock.monotonic() + patience));
  }

  /** Resolves when what was added before was handed to the transport. */
  async drain(): Promise<void> {
    for (const topic of [...this.#waiting.keys()]) this.#flush(topic);
    await this.#sending;
  }

  #begin(destination: Destination): Waiting {
    const { topic } = destination;
    const alarm = new Alarm(this.#options.clock, () => this.#flush(topic));
    const waiting: Waiting = {
      destination,
      encoded: [],
      acks: new Map(),
      size: 0,
      output: 0,
      repeated: true,
      urgent: false,
      alarm,
    };
    this.#waiting.set(topic, waiting);
    return waiting;
  }

  /** A batch is full, or is meant for an earlier life of the receiver: it leaves before the next message joins. */
  #makeRoom({ topic, to }: Destination, size: number): void {
    const waiting = this.#waiting.get(topic);
    if (waiting === undefined) return;
    if (waiting.destination.to !== to || waiting.size + size > BATCH_LIMIT) this.#flush(topic);
  }

  #schedule(waiting: Waiting): void {
    waiting.urgent = true;
    if (this.#scheduled) return;
    this.#scheduled = true;
    // Detached: a browser's own functions refuse to be called as methods of something else.
    const { afterTurn } = this.#options;
    afterTurn(() => {
      this.#scheduled = false;
      for (const waiting of [...this.#waiting.values()]) if (waiting.urgent) this.#flushInPace(waiting);
    });
  }

  #flushInPace({ destination: { topic }, alarm }: Waiting): void {
    const next = ms((this.#left.get(topic) ?? -Infinity) + PACE);
    if (this.#options.clock.monotonic() >= next) this.#flush(topic);
    else alarm.set(next);
  }

  #flush(topic: string): void {
    const waiting = this.#waiting.get(topic);
    if (waiting === undefined) return;
    this.#waiting.delete(topic);
    waiting.alarm.stop();
    note(this.#left, topic, this.#options.clock.monotonic());
    const qos = this.#qosOf(waiting);
    const seq = (this.#sequences.get(topic) ?? WILL_SEQ) + 1;
    this.#sequences.set(topic, seq);
    this.#sending = this.#sending.then(() => this.#publish(waiting, seq, qos));
  }

  #qosOf({ destination: { topic, qos, inPieces }, repeated, output }: Waiting): 0 | 1 {
    if (qos === 0) return 0;
    const now = this.#options.clock.monotonic();
    if (output > LIGHT) note(this.#heavy, topic, now);
    const rested = now >= (this.#heavy.get(topic) ?? -Infinity) + HEAVY_REST;
    return repeated && rested && inPieces !== true ? 0 : 1;
  }

  async #publish({ destination, encoded }: Waiting, seq: number, qos: 0 | 1): Promise<void> {
    const { transport, sender, incarnation } = this.#options;
    const { topic, to, retain, inPieces } = destination;
    try {
      const payload = await sealEnvelope(
        sender,
        topic,
        { incarnation, to, seq },
        encodeBatch(encoded.filter((one) => one !== undefined)),
      );
      const parts = inPieces === true ? cutPayload(payload, seq) : [payload];
      for (const part of parts) transport.publish(topic, part, { qos, retain });
    } catch (error) {
      // The key store failed. The machines repeat what matters; stopping here would silence everything after it.
      this.#options.logger.error("a batch of job messages could not be sealed", { error });
    }
  }
}

function note(times: Map<string, Milliseconds>, topic: string, at: Milliseconds): void {
  times.delete(topic);
  times.set(topic, at);
  const [oldest] = times.keys();
  if (times.size > PACED_LIMIT && oldest !== undefined) times.delete(oldest);
}

/** That a job was taken need not be told to whoever is told that it ended; `done` has the credit, too. */
function dropAck({ acks, encoded }: Waiting, done: DoneMessage): void {
  const at = acks.get(nameOf(done));
  if (at !== undefined) encoded[at] = undefined;
}

const nameOf = ({ job, attempt }: AckMessage | DoneMessage): string => `${job} ${attempt}`;
