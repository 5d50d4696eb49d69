// `/finished/<roomId>`: see contracts/host/finishedRoute.ts.

import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { fromBase64url } from "#shared/base/base64url.ts";
import { RoomId, type PeerId } from "#shared/base/ids.ts";
import { parseJson } from "#shared/base/parseJson.ts";
import { parseTraceParent, TRACEPARENT_HEADER } from "#shared/base/traceParent.ts";
import {
  FINISHED_KEY_HEADER,
  FINISHED_LIMIT,
  FINISHED_PATH,
  FINISHED_SIGNATURE_HEADER,
  finishedMessage,
  parseBroughtRun,
  type BroughtRun,
} from "#shared/contracts/host/finishedRoute.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Tracer } from "#shared/ports/Tracer.ts";
import { peerIdOf } from "#shared/rooms/deviceKey.ts";
import { SoFarPace } from "../../finished/SoFarPace.ts";
import { awaitedRecord, makeOutputs, writeBrought, type MadeOutput } from "../../finished/finishRun.ts";
import { verifyDevice } from "../../sync/access/verifyDevice.ts";
import type { SyncHub } from "../../sync/SyncHub.ts";
import type { BlobFiles } from "../../blobs/BlobFiles.ts";
import { readBody } from "../readBody.ts";
import { sendText } from "../sendText.ts";

/** Requests at a time; an agent asks again. Each may hold `FINISHED_LIMIT` in memory. */
const REQUESTS_LIMIT = 4;

type Answer = readonly [status: number, text: string];
const NOT_AWAITED: Answer = [409, "the notebook does not wait for this run on this agent"];
const TOO_OFTEN: Answer = [429, "more output of this run is taken later"];
const BUSY: Answer = [503, "too many at a time"];

export class FinishedRoute {
  readonly #hub: SyncHub;
  readonly #blobs: BlobFiles;
  readonly #tracer: Tracer | undefined;
  readonly #clock: Clock;
  readonly #pace = new SoFarPace();
  #requests = 0;

  constructor(hub: SyncHub, blobs: BlobFiles, clock: Clock, tracer?: Tracer) {
    this.#hub = hub;
    this.#blobs = blobs;
    this.#clock = clock;
    this.#tracer = tracer;
  }

  async handle(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    // What is not read is thrown away, so that the answer reaches a client that is still sending.
    response.once("finish", () => request.resume());
    const room = RoomId.parse(path.slice(FINISHED_PATH.length));
    if (room === undefined || request.method !== "POST") sendText(response, 404, "no such notebook");
    else if (this.#requests >= REQUESTS_LIMIT) sendText(response, ...BUSY);
    else {
      this.#requests += 1;
      try {
        sendText(response, ...(await this.#traced(room, request)));
      } finally {
        this.#requests -= 1;
      }
    }
  }

  /** Its span is in the agent's, if that names one. */
  async #traced(room: RoomId, request: IncomingMessage): Promise<Answer> {
    const parent = parseTraceParent(request.headers[TRACEPARENT_HEADER]);
    const span = parent && this.#tracer?.begin("write", { parent });
    const answer = await this.#take(room, request);
    const [status] = answer;
    span?.end({ facts: { "meshbook.status": status }, ...(status === 204 ? {} : { error: "refused" }) });
    return answer;
  }

  async #take(room: RoomId, request: IncomingMessage): Promise<Answer> {
    const body = await readBody(request, FINISHED_LIMIT);
    if (body === undefined) return [413, "too large"];
    const publicKey = fromBase64url(headerOf(request, FINISHED_KEY_HEADER));
    const signature = fromBase64url(headerOf(request, FINISHED_SIGNATURE_HEADER));
    if (publicKey === undefined || signature === undefined) return [403, "not signed"];
    if (!verifyDevice({ publicKey, message: finishedMessage(room, body), signature })) return [403, "not signed"];
    const brought = parseBroughtRun(parseJson(new TextDecoder().decode(body)));
    return brought === undefined ? [400, "no run"] : this.#write(room, brought, [peerIdOf(publicKey), body.byteLength]);
  }

  async #write(room: RoomId, brought: BroughtRun, [agent, size]: readonly [PeerId, number]): Promise<Answer> {
    const record = await this.#hub.read(room, (doc) => awaitedRecord(doc, brought, agent));
    if (record === undefined) return NOT_AWAITED;
    const waits = brought.status === "running" && !this.#pace.takes(brought.run, size, this.#clock.monotonic());
    if (waits) return TOO_OFTEN;
    const made = makeOutputs(brought, record);
    for (const one of made) if (!(await this.#store(room, one))) return [507, "the host's disk is full"];
    const outputs = made.map(({ ref }) => ref);
    const written = await this.#hub.change(room, (doc) => writeBrought(doc, brought, { agent, outputs }));
    return written === true ? [204, ""] : NOT_AWAITED;
  }

  /** Before the notebook speaks of it. */
  async #store(room: RoomId, { ref, body }: MadeOutput): Promise<boolean> {
    if (ref.inline !== undefined) return true;
    const outcome = await this.#blobs.put(room, ref.hash, Readable.from([Buffer.from(body)]));
    return outcome === "created" || outcome === "known";
  }
}

const headerOf = ({ headers }: IncomingMessage, name: string): string => {
  const value = headers[name];
  return typeof value === "string" ? value : "!";
};
