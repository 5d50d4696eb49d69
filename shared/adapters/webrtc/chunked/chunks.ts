// Messages above what data channels carry safely between all browsers, cut into pieces and put together again. y-webrtc
// itself sends whole documents in one message; above 256 KiB they are lost without a word.
//
// A frame of ours starts with a marker that is none of y-webrtc's message types, so that a stock peer skips it:
//   marker, HELLO, version          said once by each side when the channel opens: "I put pieces together"
//   marker, PIECE, id, index, count, bytes

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { kib, mib, ms } from "../../../base/units.ts";

export const CHUNK_MARKER = 0x7f;
const HELLO = 0;
const PIECE = 1;
const VERSION = 1;

/** Size of a piece: with its header below 16 KiB, which every browser takes from every other. */
export const PIECE_BYTES = kib(15);
/** Largest message that is put together: as the hub's largest frame. */
export const MESSAGE_LIMIT = mib(64);
/** Most messages of one peer that are incomplete at a time. Ours sends one after the other. */
export const OPEN_MESSAGES_LIMIT = 4;
/** Most bytes of one peer that wait for the rest. */
export const WAITING_BYTES_LIMIT = mib(96);
/** An incomplete message that got no piece for so long is dropped. */
export const PIECE_PATIENCE = ms(60_000);

export type ChunkFrame =
  | { readonly type: "hello" }
  | {
      readonly type: "piece";
      readonly id: number;
      readonly index: number;
      readonly count: number;
      readonly content: Uint8Array;
    };

type Bytes = Uint8Array<ArrayBuffer>;

export function helloFrame(): Bytes {
  return new Uint8Array([CHUNK_MARKER, HELLO, VERSION]);
}

export function pieceCount(size: number): number {
  return Math.ceil(size / PIECE_BYTES);
}

/** The `index`-th piece of `message` as a frame. */
export function pieceFrame(message: Uint8Array, id: number, index: number): Bytes {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, CHUNK_MARKER);
  encoding.writeUint8(encoder, PIECE);
  encoding.writeVarUint(encoder, id);
  encoding.writeVarUint(encoder, index);
  encoding.writeVarUint(encoder, pieceCount(message.length));
  encoding.writeUint8Array(encoder, message.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES));
  return encoding.toUint8Array(encoder);
}

/** Reads a frame that starts with the marker; undefined if it is malformed or of a kind we do not know. */
export function readChunkFrame(frame: Uint8Array): ChunkFrame | undefined {
  try {
    const decoder = decoding.createDecoder(frame);
    if (decoding.readUint8(decoder) !== CHUNK_MARKER) return undefined;
    switch (decoding.readUint8(decoder)) {
      case HELLO:
        return { type: "hello" };
      case PIECE: {
        const id = decoding.readVarUint(decoder);
        const index = decoding.readVarUint(decoder);
        const count = decoding.readVarUint(decoder);
        return { type: "piece", id, index, count, content: decoding.readTailAsUint8Array(decoder) };
      }
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}
