// The frames of a blind host as values (see contracts/host/sealedHub.ts). Both sides read them; what is sealed in them is
// looked at by members only.

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import {
  FRAME_SEALED_BEGIN,
  FRAME_SEALED_EARLIER,
  FRAME_SEALED_ENTRY,
  FRAME_SEALED_FETCH,
  FRAME_SEALED_FETCH_EARLIER,
  FRAME_SEALED_GONE,
  FRAME_SEALED_LEVEL,
  FRAME_SEALED_MORE,
  FRAME_SEALED_PIECE,
  FRAME_SEALED_PRESENCE,
  FRAME_SEALED_SNAPSHOT,
  FRAME_SEALED_TAKEN,
  FRAME_SEALED_UPDATE,
  FRAME_SEALED_WANTED,
  LOG_ID_BYTES,
} from "../../../contracts/host/sealedHub.ts";
import { FRAME_AUTH } from "../../../contracts/host/hubProtocol.ts";
import { MARK_BYTES } from "../../../rooms/RoomSealer.ts";
import { readAccessFrame, type AccessFrame } from "../accessFrames.ts";

/** How far a client is in a room's log. */
export interface LogPosition {
  /** No bytes: nowhere. */
  readonly log: Uint8Array;
  readonly covers: number;
  /** Next piece of the snapshot. */
  readonly piece: number;
  /** It has all of them. */
  readonly whole: boolean;
  /** Last entry it has, or `covers`. */
  readonly seq: number;
  /** Of that entry; no bytes if it is `covers`. */
  readonly mark: Uint8Array;
}

export type SealedFrame =
  | ({ readonly type: "fetch" } & LogPosition)
  | {
      readonly type: "begin";
      readonly log: Uint8Array;
      readonly covers: number;
      readonly pieces: number;
      readonly bytes: number;
    }
  | { readonly type: "piece"; readonly index: number; readonly sealed: Uint8Array }
  | { readonly type: "entry"; readonly seq: number; readonly sealed: Uint8Array }
  | { readonly type: "more" }
  | { readonly type: "level"; readonly newest: number; readonly durable: number }
  | { readonly type: "update"; readonly number: number; readonly sealed: Uint8Array }
  | { readonly type: "taken"; readonly number: number; readonly seq: number }
  /** `from`: the number of a connection; 0 on the way to the host. */
  | { readonly type: "presence"; readonly from: number; readonly sealed: Uint8Array }
  | { readonly type: "gone"; readonly from: number }
  | { readonly type: "wanted" }
  | {
      readonly type: "snapshot";
      readonly covers: number;
      readonly index: number;
      readonly last: boolean;
      readonly sealed: Uint8Array;
    }
  | { readonly type: "fetch-earlier" }
  /** No bytes: that was all. */
  | { readonly type: "earlier"; readonly sealed: Uint8Array }
  | { readonly type: "denied"; readonly reason: string }
  | AccessFrame
  | { readonly type: "unknown"; readonly frame: number };

type Frame = Uint8Array<ArrayBuffer>;

const REASON_LIMIT = 500;

/** Reads a frame; undefined if it is cut short or makes no sense. */
export function readSealedFrame(bytes: Uint8Array): SealedFrame | undefined {
  try {
    const decoder = decoding.createDecoder(bytes);
    return read(decoding.readVarUint(decoder), decoder);
  } catch {
    return undefined;
  }
}

function read(frame: number, decoder: decoding.Decoder): SealedFrame {
  switch (frame) {
    case FRAME_SEALED_FETCH:
      return { type: "fetch", ...readPosition(decoder) };
    case FRAME_SEALED_BEGIN:
      return { type: "begin", log: readExactly(decoder, LOG_ID_BYTES), ...readBegin(decoder) };
    case FRAME_SEALED_PIECE:
      return { type: "piece", index: number(decoder), sealed: tail(decoder) };
    case FRAME_SEALED_ENTRY:
      return { type: "entry", seq: number(decoder), sealed: tail(decoder) };
    case FRAME_SEALED_MORE:
      return { type: "more" };
    case FRAME_SEALED_LEVEL:
      return { type: "level", newest: number(decoder), durable: number(decoder) };
    case FRAME_SEALED_UPDATE:
      return { type: "update", number: number(decoder), sealed: tail(decoder) };
    case FRAME_SEALED_TAKEN:
      return { type: "taken", number: number(decoder), seq: number(decoder) };
    case FRAME_SEALED_PRESENCE:
      return { type: "presence", from: number(decoder), sealed: tail(decoder) };
    case FRAME_SEALED_GONE:
      return { type: "gone", from: number(decoder) };
    case FRAME_SEALED_WANTED:
      return { type: "wanted" };
    case FRAME_SEALED_SNAPSHOT: {
      const place = { covers: number(decoder), index: number(decoder), last: decoding.readUint8(decoder) === 1 };
      return { type: "snapshot", ...place, sealed: tail(decoder) };
    }
    case FRAME_SEALED_FETCH_EARLIER:
      return { type: "fetch-earlier" };
    case FRAME_SEALED_EARLIER:
      return { type: "earlier", sealed: tail(decoder) };
    case FRAME_AUTH:
      number(decoder);
      return { type: "denied", reason: decoding.readVarString(decoder).slice(0, REASON_LIMIT) };
    default:
      return readAccessFrame(frame, decoder) ?? { type: "unknown", frame };
  }
}

export function fetchFrame({ log, covers, piece, whole, seq, mark }: LogPosition): Frame {
  return frame(FRAME_SEALED_FETCH, [log, covers, piece, whole ? 1 : 0, seq, mark]);
}

export function beginFrame(log: Uint8Array, snapshot: { covers: number; pieces: number; bytes: number }): Frame {
  return frame(FRAME_SEALED_BEGIN, [log, snapshot.covers, snapshot.pieces, snapshot.bytes]);
}

export const pieceFrame = (index: number, sealed: Uint8Array): Frame => frame(FRAME_SEALED_PIECE, [index], sealed);
export const entryFrame = (seq: number, sealed: Uint8Array): Frame => frame(FRAME_SEALED_ENTRY, [seq], sealed);
export const moreFrame = (): Frame => frame(FRAME_SEALED_MORE, []);
export const levelFrame = (newest: number, durable: number): Frame => frame(FRAME_SEALED_LEVEL, [newest, durable]);
export const sealedUpdateFrame = (own: number, sealed: Uint8Array): Frame => frame(FRAME_SEALED_UPDATE, [own], sealed);
export const takenFrame = (own: number, seq: number): Frame => frame(FRAME_SEALED_TAKEN, [own, seq]);
export const goneFrame = (from: number): Frame => frame(FRAME_SEALED_GONE, [from]);
export const wantedFrame = (): Frame => frame(FRAME_SEALED_WANTED, []);
export const fetchEarlierFrame = (): Frame => frame(FRAME_SEALED_FETCH_EARLIER, []);
export const earlierFrame = (sealed: Uint8Array): Frame => frame(FRAME_SEALED_EARLIER, [], sealed);

export function sealedPresenceFrame(from: number, sealed: Uint8Array): Frame {
  return frame(FRAME_SEALED_PRESENCE, [from], sealed);
}

export function snapshotFrame(covers: number, index: number, piece: { last: boolean; sealed: Uint8Array }): Frame {
  const encoder = begin(FRAME_SEALED_SNAPSHOT, [covers, index]);
  encoding.writeUint8(encoder, piece.last ? 1 : 0);
  encoding.writeUint8Array(encoder, piece.sealed);
  return encoding.toUint8Array(encoder);
}

function frame(type: number, fields: readonly (number | Uint8Array)[], end?: Uint8Array): Frame {
  const encoder = begin(type, fields);
  if (end !== undefined) encoding.writeUint8Array(encoder, end);
  return encoding.toUint8Array(encoder);
}

function begin(type: number, fields: readonly (number | Uint8Array)[]): encoding.Encoder {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  for (const field of fields) {
    if (typeof field === "number") encoding.writeVarUint(encoder, field);
    else encoding.writeVarUint8Array(encoder, field);
  }
  return encoder;
}

const number = (decoder: decoding.Decoder): number => decoding.readVarUint(decoder);

/** A copy: it is kept, and the frame's buffer belongs to the socket. */
const tail = (decoder: decoding.Decoder): Uint8Array => decoding.readTailAsUint8Array(decoder).slice();

function readPosition(decoder: decoding.Decoder): LogPosition {
  const log = readUpTo(decoder, LOG_ID_BYTES);
  const [covers, piece, whole, seq] = [number(decoder), number(decoder), number(decoder), number(decoder)];
  return { log, covers, piece, whole: whole === 1, seq, mark: readUpTo(decoder, MARK_BYTES) };
}

function readBegin(decoder: decoding.Decoder): { covers: number; pieces: number; bytes: number } {
  return { covers: number(decoder), pieces: number(decoder), bytes: number(decoder) };
}

function readUpTo(decoder: decoding.Decoder, limit: number): Uint8Array {
  const bytes = decoding.readVarUint8Array(decoder);
  if (bytes.length > limit) throw new Error("a field is too long");
  return bytes.slice();
}

function readExactly(decoder: decoding.Decoder, length: number): Uint8Array {
  const bytes = readUpTo(decoder, length);
  if (bytes.length !== length) throw new Error("a field is cut short");
  return bytes;
}
