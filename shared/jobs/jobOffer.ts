// How an execution becomes an offer.

import type { KernelId, RoomId } from "../base/ids.ts";
import type { Milliseconds } from "../base/units.ts";
import type { CellProgram, KernelRequest } from "../ports/Kernel.ts";
import { encodeJobMessage } from "./jobCodec.ts";
import {
  DEFAULT_PRIORITY,
  DEFAULT_TIME_LIMIT,
  DEFAULT_TTL,
  OFFER_LIMIT,
  type JobEnd,
  type OfferMessage,
} from "./jobMessage.ts";

/** UTF-8 needs at most three bytes for one UTF-16 unit. */
const BYTES_PER_UNIT = 3;
/** What a name, and a program, take beside their text. */
const AROUND = 3;
const AROUND_PROGRAM = 128;

export interface OfferOptions {
  /** Whose values the agent keeps apart from those of other notebooks. */
  readonly notebook: RoomId;
  /** The kernel to execute in; an id chosen by the requester. */
  readonly kernel: KernelId;
  /** True if the request needs no values that an earlier job left in this kernel. */
  readonly fresh: boolean;
  /** How long the execution may take; DEFAULT_TIME_LIMIT if undefined. */
  readonly limit?: Milliseconds;
  /** 0 first, 9 last; DEFAULT_PRIORITY if undefined. */
  readonly priority?: number;
}

/** The end of a job whose offer cannot be sent. */
export const TOO_LARGE: JobEnd = {
  status: "failed",
  code: "too-large",
  message: `this cell and the cells it needs are larger than the ${OFFER_LIMIT / 1024} KiB that can be sent to an agent`,
};

export function offerOf({ run, program, before }: KernelRequest, options: OfferOptions): OfferMessage {
  const { notebook, kernel, fresh, limit = DEFAULT_TIME_LIMIT, priority = DEFAULT_PRIORITY } = options;
  const first = { attempt: 1, fence: 1, ttl: DEFAULT_TTL };
  return { type: "offer", job: run, ...first, limit, priority, notebook, kernel, fresh, program, before };
}

/** Whether a cell is too large to be sent by itself, whatever it needs besides. */
export function isSourceTooLarge(source: string): boolean {
  if (source.length * BYTES_PER_UNIT <= OFFER_LIMIT) return false;
  return source.length > OFFER_LIMIT || new TextEncoder().encode(source).byteLength > OFFER_LIMIT;
}

export function isTooLarge(offer: OfferMessage): boolean {
  const units = [offer.program, ...offer.before].reduce((sum, program) => sum + roughSize(program), 0);
  // Counting exactly means encoding, which is done only where it can matter.
  return units * BYTES_PER_UNIT > OFFER_LIMIT && encodeJobMessage(offer).byteLength > OFFER_LIMIT;
}

/** UTF-16 units of a program, and more than enough for what CBOR puts around them. */
function roughSize({ code, inputs, defines, controls, imports = [], pins }: CellProgram): number {
  const names = [...defines, ...Object.entries(inputs).flat(), ...imports];
  if (pins !== undefined) names.push(JSON.stringify(pins));
  if (controls !== undefined) names.push(JSON.stringify(controls));
  return names.reduce((sum, name) => sum + name.length + AROUND, code.length + AROUND_PROGRAM);
}
