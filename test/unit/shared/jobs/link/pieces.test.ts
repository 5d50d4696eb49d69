import { describe, expect, it } from "vitest";
import { cutPayload, isPiece, PIECE_LIMIT, PieceTable } from "#shared/jobs/link/pieces.ts";

const payload = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, at) => (at === 0 ? 1 : at % 251));

function received(parts: readonly Uint8Array[], table = new PieceTable()): (Uint8Array | undefined)[] {
  return parts.map((part) => (isPiece(part) ? table.add("t", part) : part));
}

describe("pieces of payloads", () => {
  it.each([1, PIECE_LIMIT, PIECE_LIMIT + 1, 2 * PIECE_LIMIT, 262_144])(
    "are the payload again, for %i bytes",
    (size) => {
      const parts = cutPayload(payload(size), 7);
      expect(parts.every((part) => part.byteLength <= PIECE_LIMIT)).toBe(true);
      const whole = received(parts);
      expect(whole.slice(0, -1).every((part) => part === undefined)).toBe(true);
      expect(Buffer.compare(whole.at(-1)!, payload(size))).toBe(0);
    },
  );

  it("may come twice, and are nothing where one is missing, foreign or absurd", () => {
    const parts = cutPayload(payload(10_000), 1);
    const twice = received(parts.flatMap((part) => [part, part]));
    expect(twice.filter((whole) => whole !== undefined)).toHaveLength(1);
    expect(received([parts[0]!, parts[2]!])).toEqual([undefined, undefined]);
    expect(received([parts[0]!, cutPayload(payload(10_000), 2)[1]!, parts[1]!, parts[2]!]).at(-1)).toBeDefined();
    const absurd = parts[0]!.slice();
    new DataView(absurd.buffer).setUint16(7, 60_000);
    expect(received([absurd])).toEqual([undefined]);
    expect(isPiece(new Uint8Array([2, 0]))).toBe(false);
  });

  it("are refused where they are larger than pieces are made", () => {
    const table = new PieceTable();
    const piece = (at: number, size: number): Uint8Array => {
      const made = new Uint8Array(size);
      made.set([2, 0, 0, 0, 1, 0, at, 0, 2]);
      return made;
    };
    expect(table.add("t", piece(0, PIECE_LIMIT + 1))).toBeUndefined();
    expect(table.add("t", piece(1, PIECE_LIMIT))).toBeUndefined();
    table.add("t", piece(0, PIECE_LIMIT));
    expect(table.add("t", piece(1, PIECE_LIMIT))).toHaveLength(2 * (PIECE_LIMIT - 9));
  });

  it("keep no more than a few payloads open", () => {
    const table = new PieceTable();
    const [first, second] = cutPayload(payload(5_000), 1);
    for (let n = 0; n < 65; n++) table.add(`t${n}`, first!);
    expect(table.add("t0", second!)).toBeUndefined();
    expect(table.add("t64", second!)).toBeDefined();
  });
});
