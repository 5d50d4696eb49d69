import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  helloFrame,
  MESSAGE_LIMIT,
  OPEN_MESSAGES_LIMIT,
  PIECE_BYTES,
  PIECE_PATIENCE,
  pieceCount,
  pieceFrame,
  readChunkFrame,
  WAITING_BYTES_LIMIT,
  type ChunkFrame,
} from "#shared/adapters/webrtc/chunked/chunks.ts";
import { Reassembler, type Reassembly } from "#shared/adapters/webrtc/chunked/Reassembler.ts";
import { ms } from "#shared/base/units.ts";

type Piece = ChunkFrame & { readonly type: "piece" };

const NOW = ms(0);
const message = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, index) => (index * 31) % 251);
const pieces = (of: Uint8Array, id: number): Piece[] =>
  Array.from({ length: pieceCount(of.length) }, (_, index) => readChunkFrame(pieceFrame(of, id, index)) as Piece);
const piece = (change: Partial<Piece>): Piece => ({
  ...{ type: "piece", id: 1, index: 0, count: 2, content: new Uint8Array(10) },
  ...change,
});

describe("chunk frames", () => {
  it("read back as they were written", () => {
    expect(readChunkFrame(helloFrame())).toEqual({ type: "hello" });
    const [first, last] = pieces(message(PIECE_BYTES + 1), 300);
    expect(first).toMatchObject({ id: 300, index: 0, count: 2 });
    expect(last).toMatchObject({ id: 300, index: 1, count: 2, content: new Uint8Array([(PIECE_BYTES * 31) % 251]) });
  });

  it("stay below 16 KiB", () => {
    expect(pieceFrame(message(PIECE_BYTES), 2 ** 31, 0).length).toBeLessThan(16 * 1024);
  });

  it("never throw, whatever arrives", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (any) => void readChunkFrame(any)));
    expect(readChunkFrame(new Uint8Array([0x7f]))).toBeUndefined();
    expect(readChunkFrame(new Uint8Array([0x7f, 9, 1]))).toBeUndefined();
  });
});

describe("Reassembler", () => {
  it("puts messages of every size together", () => {
    for (const size of [PIECE_BYTES + 1, PIECE_BYTES * 2, 262_145, 1_000_000]) {
      const reassembler = new Reassembler();
      const outcomes = pieces(message(size), 1).map((one) => reassembler.add(one, NOW));
      expect(outcomes.slice(0, -1).every(({ outcome }) => outcome === "waiting")).toBe(true);
      const last = outcomes.at(-1);
      // Compared as buffers: element by element takes seconds.
      expect(last?.outcome === "complete" && Buffer.from(last.message).equals(message(size))).toBe(true);
      expect(reassembler.waitingBytes).toBe(0);
    }
  });

  it("puts messages together whose pieces come mixed", () => {
    const reassembler = new Reassembler();
    const [one, other] = [pieces(message(40_000), 1), pieces(message(50_000).reverse(), 2)];
    const complete: Reassembly[] = [];
    for (let index = 0; index < 4; index++) {
      for (const next of [one[index], other[index]]) {
        const result = next && reassembler.add(next, NOW);
        if (result?.outcome === "complete") complete.push(result);
      }
    }
    expect(complete.map((result) => result.outcome === "complete" && result.message)).toEqual([
      message(40_000),
      message(50_000).reverse(),
    ]);
  });

  it("refuses what no peer of ours sends", () => {
    const refused = (...sent: readonly Partial<Piece>[]): string | undefined => {
      const reassembler = new Reassembler();
      const result = sent.map((change) => reassembler.add(piece(change), NOW)).at(-1);
      return result?.outcome === "violation" ? result.why : undefined;
    };
    expect(refused({ count: 0 })).toBe("a message is too large");
    expect(refused({ count: MESSAGE_LIMIT / PIECE_BYTES + 2 })).toBe("a message is too large");
    expect(refused({ content: new Uint8Array(PIECE_BYTES + 1) })).toBe("a piece is too large");
    expect(refused({ index: 1 })).toBe("a piece is out of order");
    expect(refused({}, {})).toBe("a piece is out of order");
    expect(refused({}, { index: 1, count: 3 })).toBe("a message changed its size");
    const many = Array.from({ length: OPEN_MESSAGES_LIMIT + 1 }, (_, id) => ({ id }));
    expect(refused(...many)).toBe("too many messages are incomplete");
    expect(refused(...many.slice(1))).toBeUndefined();
  });

  it("keeps no more bytes waiting than its limit", () => {
    const reassembler = new Reassembler();
    const full = new Uint8Array(PIECE_BYTES);
    const count = Math.floor(MESSAGE_LIMIT / PIECE_BYTES);
    let result: Reassembly = { outcome: "waiting" };
    for (let id = 0; id < 3 && result.outcome === "waiting"; id++) {
      for (let index = 0; index < count - 1 && result.outcome === "waiting"; index++) {
        result = reassembler.add(piece({ id, index, count, content: full }), NOW);
      }
    }
    expect(result).toEqual({ outcome: "violation", why: "too many bytes wait" });
    expect(reassembler.waitingBytes).toBeLessThanOrEqual(WAITING_BYTES_LIMIT);
  });

  it("forgets messages whose pieces stopped coming", () => {
    const reassembler = new Reassembler();
    for (let id = 0; id < OPEN_MESSAGES_LIMIT; id++) reassembler.add(piece({ id }), NOW);
    const later = ms(PIECE_PATIENCE + 1);
    expect(reassembler.add(piece({ id: 99 }), later).outcome).toBe("waiting");
    expect(reassembler.waitingBytes).toBe(10);
  });
});
