import { messageOf } from "../base/errors.ts";
import { createTraceParent, isSampled } from "../base/traceParent.ts";
import { ms, seconds, type Milliseconds } from "../base/units.ts";
import type { Dispose } from "../base/dispose.ts";
import type { Clock } from "../ports/Clock.ts";
import type { Logger } from "../ports/Logger.ts";
import type { Span, SpanFacts, SpanStart, Tracer } from "../ports/Tracer.ts";
import { otlpTraces, type EndedSpan } from "./otlpJson.ts";

/** Spans that wait to be sent. More are dropped and counted: memory must not grow because a collector is away. */
export const QUEUE_LIMIT = 2_048;
/** Spans of one request. */
const BATCH = 512;
/** Spans of about a second share a request. */
const SEND_EVERY: Milliseconds = seconds(1);
/** Pause after a request that failed; twice as long after each further one. */
const LONGEST_PAUSE: Milliseconds = seconds(30);

export interface SpanExporterOptions {
  /** Sends one body of JSON. Resolves when it was taken, rejects when it was not. */
  readonly send: (body: string) => Promise<void>;
  readonly resource: SpanFacts;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Collects ended spans and sends them in batches, beside whatever else goes on. */
export class SpanExporter implements Tracer {
  readonly #options: SpanExporterOptions;
  readonly #queue: EndedSpan[] = [];
  /** Wall clock at the zero of the other, so that spans of one program never overlap wrongly when a clock is set. */
  readonly #origin: number;
  #dropped = 0;
  #failures = 0;
  #sending: Promise<void> | undefined;
  #stopWaiting: Dispose | undefined;
  #closed = false;

  constructor(options: SpanExporterOptions) {
    this.#options = options;
    this.#origin = options.clock.now() - options.clock.monotonic();
  }

  /** Spans that were lost: too many, or a collector that was away. */
  get dropped(): number {
    return this.#dropped;
  }

  begin(name: string, { parent, kind = "internal", facts = {} }: SpanStart = {}): Span {
    const context = createTraceParent(parent);
    const start = this.#now();
    let ended = false;
    return {
      context,
      end: ({ error, facts: more = {} } = {}) => {
        if (ended) return;
        ended = true;
        if (!isSampled(context)) return;
        this.#add({ name, context, parent, kind, start, end: this.#now(), facts: { ...facts, ...more }, error });
      },
    };
  }

  /** Passes on spans of another program, of the same resource. */
  readonly take = (spans: readonly EndedSpan[]): void => {
    for (const span of spans) this.#add(span);
  };

  /** Sends what waits, once more; what is not taken then is lost, and what ends later, too. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWaiting?.();
    await this.#sending;
    await this.#send();
    this.#dropped += this.#queue.splice(0).length;
  }

  #now(): number {
    return this.#origin + this.#options.clock.monotonic();
  }

  #add(span: EndedSpan): void {
    if (this.#closed || this.#queue.length >= QUEUE_LIMIT) this.#dropped += 1;
    else this.#queue.push(span);
    if (this.#sending === undefined) this.#sendLater();
  }

  #sendLater(): void {
    if (this.#closed) return;
    const pause = Math.min(LONGEST_PAUSE, SEND_EVERY * 2 ** Math.min(this.#failures, 5));
    this.#stopWaiting ??= this.#options.clock.after(ms(pause), () => {
      this.#stopWaiting = undefined;
      void this.#send();
    });
  }

  /** Never rejects. */
  async #send(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
      if (this.#queue.length > 0) this.#sendLater();
    });
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    const { send, resource, logger } = this.#options;
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, BATCH);
      try {
        await send(otlpTraces(batch, resource));
        this.#queue.splice(0, batch.length);
        this.#failures = 0;
      } catch (error) {
        if (this.#failures === 0) logger.warn("spans could not be sent; trying again", { reason: messageOf(error) });
        this.#failures += 1;
        return;
      }
    }
  }
}
