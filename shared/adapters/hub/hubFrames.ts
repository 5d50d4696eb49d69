// The frames of the sync hub as values: y-websocket's, and the one that says what is held.

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import {
  FRAME_AUTH,
  FRAME_AWARENESS,
  FRAME_HELD,
  FRAME_PART,
  FRAME_QUERY_AWARENESS,
  FRAME_SYNC,
} from "../../contracts/host/hubProtocol.ts";
import { readAccessFrame, type AccessFrame } from "./accessFrames.ts";

/** Kinds of sync frames (y-protocols): a state vector that asks, an update that answers, an update. */
const SYNC_ASK = 0;
const SYNC_ANSWER = 1;
const SYNC_UPDATE = 2;

const REASON_LIMIT = 500;

/** A frame of either side. `unknown` is from newer code: to be ignored. `denied` and `held` come from hosts only. */
export type HubFrame =
  /** `limit`: bytes of an update that the asker takes at a time; undefined for stock clients, which take any. */
  | { readonly type: "ask"; readonly stateVector: Uint8Array; readonly limit: number | undefined }
  | { readonly type: "update"; readonly update: Uint8Array; readonly answer: boolean }
  | { readonly type: "awareness"; readonly update: Uint8Array }
  | { readonly type: "query-awareness" }
  | { readonly type: "denied"; readonly reason: string }
  | { readonly type: "held"; readonly frames: number }
  /** See `FRAME_PART`. */
  | { readonly type: "part"; readonly left: number; readonly update: Uint8Array }
  | AccessFrame
  | { readonly type: "unknown"; readonly frame: number };

/** Reads a frame; undefined if it is cut short or makes no sense. */
export function readHubFrame(bytes: Uint8Array): HubFrame | undefined {
  try {
    const decoder = decoding.createDecoder(bytes);
    const frame = decoding.readVarUint(decoder);
    switch (frame) {
      case FRAME_SYNC:
        return readSync(decoder);
      case FRAME_AWARENESS:
        return { type: "awareness", update: decoding.readVarUint8Array(decoder) };
      case FRAME_QUERY_AWARENESS:
        return { type: "query-awareness" };
      case FRAME_AUTH:
        decoding.readVarUint(decoder);
        return { type: "denied", reason: decoding.readVarString(decoder).slice(0, REASON_LIMIT) };
      case FRAME_HELD:
        return { type: "held", frames: decoding.readVarUint(decoder) };
      case FRAME_PART:
        return { type: "part", left: decoding.readVarUint(decoder), update: decoding.readTailAsUint8Array(decoder) };
      default:
        return readAccessFrame(frame, decoder) ?? { type: "unknown", frame };
    }
  } catch {
    return undefined;
  }
}

function readSync(decoder: decoding.Decoder): HubFrame | undefined {
  const kind = decoding.readVarUint(decoder);
  const content = decoding.readVarUint8Array(decoder);
  switch (kind) {
    case SYNC_ASK:
      return { type: "ask", stateVector: content, limit: readLimit(decoder) };
    case SYNC_ANSWER:
    case SYNC_UPDATE:
      return { type: "update", update: content, answer: kind === SYNC_ANSWER };
    default:
      return undefined;
  }
}

function readLimit(decoder: decoding.Decoder): number | undefined {
  return decoding.hasContent(decoder) ? decoding.readVarUint(decoder) : undefined;
}

/** Asks for everything that a replica with this state vector lacks, in parts of `limit` bytes where the host gives parts. */
export function askFrame(stateVector: Uint8Array, limit?: number): Frame {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, FRAME_SYNC);
  encoding.writeVarUint(encoder, SYNC_ASK);
  encoding.writeVarUint8Array(encoder, stateVector);
  if (limit !== undefined) encoding.writeVarUint(encoder, limit);
  return encoding.toUint8Array(encoder);
}

/** The next of what the other side's state vector lacked; `left`: about how many bytes are left with these. */
export function partFrame(update: Uint8Array, left: number): Frame {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, FRAME_PART);
  encoding.writeVarUint(encoder, left);
  encoding.writeUint8Array(encoder, update);
  return encoding.toUint8Array(encoder);
}

/** Gives what the other side's state vector lacked. */
export const answerFrame = (update: Uint8Array): Frame => frame(FRAME_SYNC, SYNC_ANSWER, update);
export const updateFrame = (update: Uint8Array): Frame => frame(FRAME_SYNC, SYNC_UPDATE, update);
export const awarenessFrame = (update: Uint8Array): Frame => frame(FRAME_AWARENESS, undefined, update);
export const queryAwarenessFrame = (): Frame => frame(FRAME_QUERY_AWARENESS, undefined, undefined);

/** What the host says of a connection: see `FRAME_HELD`. */
export function heldFrame(frames: number): Frame {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, FRAME_HELD);
  encoding.writeVarUint(encoder, frames);
  return encoding.toUint8Array(encoder);
}

type Frame = Uint8Array<ArrayBuffer>;

function frame(type: number, kind: number | undefined, content: Uint8Array | undefined): Frame {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  if (kind !== undefined) encoding.writeVarUint(encoder, kind);
  if (content !== undefined) encoding.writeVarUint8Array(encoder, content);
  return encoding.toUint8Array(encoder);
}
