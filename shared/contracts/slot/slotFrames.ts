// Frames between an agent and a slot: 4 bytes of length, big-endian, and that many bytes of UTF-8 text. Both sides use
// this file, the agent in Node and the slot in Deno.

import { SLOT_FRAME_LIMIT } from "./slotProtocol.ts";

const HEADER_BYTES = 4;

// Taken when the module loads: in a slot, cells may replace them later.
const encoder = new TextEncoder();
const encode = encoder.encode.bind(encoder);
const Bytes = Uint8Array;
// reason: of what `bind` gives, TypeScript forgets the argument that takes the place of `this`.
// oxlint-disable-next-line typescript/unbound-method -- it is given its `this`
const setBytes = Function.prototype.call.bind(Uint8Array.prototype.set) as (
  target: Uint8Array,
  source: Uint8Array,
  at: number,
) => void;

/** One text as a frame. */
export function encodeSlotFrame(text: string): Uint8Array {
  const body = encode(text);
  const { length } = body;
  const frame = new Bytes(HEADER_BYTES + length);
  for (let at = 0; at < HEADER_BYTES; at++) frame[at] = (length >>> (8 * (HEADER_BYTES - 1 - at))) & 255;
  setBytes(frame, body, HEADER_BYTES);
  return frame;
}

/** The sender does not keep to the contract; nothing it sends can be trusted any more. */
export class SlotFrameError extends Error {}

/** Puts frames together from a stream of bytes. */
export class SlotFrameReader {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #pieces: Uint8Array[] = [];
  #size = 0;

  /** The texts that these bytes complete. @throws SlotFrameError for a frame above the limit, or bytes that are no UTF-8 */
  push(bytes: Uint8Array): readonly string[] {
    this.#pieces.push(bytes);
    this.#size += bytes.byteLength;
    const texts: string[] = [];
    for (let length = this.#nextLength(); length !== undefined; length = this.#nextLength()) {
      if (this.#size < HEADER_BYTES + length) break;
      const all = this.#joined();
      texts.push(this.#decode(all.subarray(HEADER_BYTES, HEADER_BYTES + length)));
      const rest = all.subarray(HEADER_BYTES + length);
      this.#pieces = rest.byteLength === 0 ? [] : [rest];
      this.#size = rest.byteLength;
    }
    return texts;
  }

  /** Length of the frame that comes next, once its header is here. */
  #nextLength(): number | undefined {
    if (this.#size < HEADER_BYTES) return undefined;
    const [first] = this.#pieces;
    const header = first !== undefined && first.byteLength >= HEADER_BYTES ? first : this.#joined();
    let length = 0;
    for (let at = 0; at < HEADER_BYTES; at++) length = length * 256 + (header[at] ?? 0);
    if (length > SLOT_FRAME_LIMIT) throw new SlotFrameError(`a frame of ${length} bytes is above the limit`);
    return length;
  }

  #joined(): Uint8Array {
    const [first] = this.#pieces;
    if (this.#pieces.length === 1 && first !== undefined) return first;
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.byteLength;
    }
    this.#pieces = [all];
    return all;
  }

  #decode(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes);
    } catch (error) {
      throw new SlotFrameError("a frame is not UTF-8", { cause: error });
    }
  }
}
