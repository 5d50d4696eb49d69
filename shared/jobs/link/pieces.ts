// Payloads cut small, for peers whose connection is slow with large ones (see LargeTrial.ts):
//   piece = 0x02 ‖ number of the payload (4) ‖ number of the piece (2) ‖ how many (2) ‖ bytes
// Only the whole is sealed: a piece that somebody else put in between costs the payload, which the machines repeat.

import { kib, type Bytes } from "../../base/units.ts";
import { PAYLOAD_LIMIT } from "../jobMessage.ts";

/** First byte of a piece. Payloads begin with `JOB_PROTOCOL`. */
const PIECE = 2;
const HEAD_BYTES = 9;
/** Whole of a piece: with its topic it stays below the 4 KiB from which Mosquitto 2.0 is slow over WebSocket. */
export const PIECE_LIMIT: Bytes = kib(3.5);
/** Payloads that may be incomplete at a time: one of each peer of a class. */
const OPEN_LIMIT = 64;

/** The payload itself if it is small enough. `number` is another for each payload under its topic. */
export function cutPayload(payload: Uint8Array, number: number): readonly Uint8Array[] {
  if (payload.byteLength <= PIECE_LIMIT) return [payload];
  const room = PIECE_LIMIT - HEAD_BYTES;
  const count = Math.ceil(payload.byteLength / room);
  return Array.from({ length: count }, (_, at) => {
    const bytes = payload.subarray(at * room, (at + 1) * room);
    const piece = new Uint8Array(HEAD_BYTES + bytes.byteLength);
    const head = new DataView(piece.buffer);
    head.setUint8(0, PIECE);
    head.setUint32(1, number % 2 ** 32);
    head.setUint16(5, at);
    head.setUint16(7, count);
    piece.set(bytes, HEAD_BYTES);
    return piece;
  });
}

export const isPiece = (payload: Uint8Array): boolean => payload[0] === PIECE && payload.byteLength > HEAD_BYTES;

interface Open {
  readonly number: number;
  readonly count: number;
  readonly pieces: Uint8Array[];
}

/** Puts pieces together again, for each topic the newest payload. Pieces of one sender come in order, perhaps twice. */
export class PieceTable {
  readonly #open = new Map<string, Open>();

  /** The payload that this piece completes. */
  add(topic: string, piece: Uint8Array): Uint8Array | undefined {
    // As many as a payload has, each as large as a message may be, would fill the memory.
    if (piece.byteLength > PIECE_LIMIT) return undefined;
    const head = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
    const [number, at, count] = [head.getUint32(1), head.getUint16(5), head.getUint16(7)];
    if (at === 0) this.#begin(topic, { number, count, pieces: [] });
    const open = this.#open.get(topic);
    if (open?.number !== number || open.count !== count || at !== open.pieces.length) return undefined;
    open.pieces.push(piece.subarray(HEAD_BYTES));
    if (open.pieces.length < count) return undefined;
    this.#open.delete(topic);
    return join(open.pieces);
  }

  #begin(topic: string, open: Open): void {
    if (open.count < 2 || open.count * (PIECE_LIMIT - HEAD_BYTES) > PAYLOAD_LIMIT + PIECE_LIMIT) return;
    const known = this.#open.get(topic);
    if (known?.number === open.number && known.count === open.count) return;
    this.#open.delete(topic);
    this.#open.set(topic, open);
    const [oldest] = this.#open.keys();
    if (this.#open.size > OPEN_LIMIT && oldest !== undefined) this.#open.delete(oldest);
  }
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((size, { byteLength }) => size + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
