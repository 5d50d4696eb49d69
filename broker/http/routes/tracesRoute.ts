import type { IncomingMessage, ServerResponse } from "node:http";
import { parseJson } from "#shared/base/parseJson.ts";
import { seconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { EndedSpan } from "#shared/telemetry/otlpJson.ts";
import { readOtlpTraces, TRACES_LIMIT } from "#shared/telemetry/readOtlp.ts";
import { TokenBucket, type Rate } from "../../limits/TokenBucket.ts";
import { readBody } from "../readBody.ts";
import { sendText } from "../sendText.ts";

/** Requests of all pages together: thirty that send each second, and their clocks agree. */
const REQUESTS: Rate = { burst: 120, perSecond: 60 };
const RETRY_AFTER = seconds(2);

/** `POST /v1/traces`: spans of pages, in OpenTelemetry's JSON, for the collector that this host was told of. */
export class TracesRoute {
  readonly #take: (spans: readonly EndedSpan[]) => void;
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  #busyUntil = 0;

  /** `take`: passes spans on. */
  constructor(take: (spans: readonly EndedSpan[]) => void, clock: Clock) {
    this.#take = take;
    this.#clock = clock;
    this.#bucket = new TokenBucket(REQUESTS, clock.monotonic());
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // What is not read is thrown away, so that the answer reaches a client that is still sending.
    response.once("finish", () => request.resume());
    const now = this.#clock.monotonic();
    if (now < this.#busyUntil) {
      response.setHeader("Retry-After", RETRY_AFTER / 1_000);
      sendText(response, 429, "too many spans at a time");
      return;
    }
    this.#busyUntil = now + this.#bucket.take(1, now);
    const body = await readBody(request, TRACES_LIMIT);
    const spans = body && readOtlpTraces(parseJson(body.toString()));
    if (spans === undefined) sendText(response, body === undefined ? 413 : 400, "no spans of this app");
    else {
      this.#take(spans);
      sendText(response, 200, "{}");
    }
  }
}
