import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packSnapshot } from "../../workers/python/packSnapshot.mjs";
import { unpackSnapshot } from "../../workers/python/unpackSnapshot.ts";
import { checkProperty } from "../support/property.ts";

const PAGE = 4_096;
/** Pages of zeros and of something, and a rest that fills no page. */
const memory = fc
  .tuple(fc.array(fc.constantFrom(0, 0, 1, 255), { maxLength: 12 }), fc.integer({ min: 0, max: PAGE - 1 }))
  .map(([pages, rest]) => {
    const bytes = new Uint8Array(pages.length * PAGE + rest);
    // Only the last byte of a page says that it is not empty.
    pages.forEach((value, at) => (bytes[(at + 1) * PAGE - 1] = value));
    return bytes;
  });

describe("the packed snapshot of Python", () => {
  it("comes back as it was, without its empty pages on the way", () => {
    return checkProperty(
      "packSnapshot",
      60,
      fc.property(memory, (bytes) => {
        const packed = packSnapshot(bytes);
        const used = bytes.reduce((count, byte) => count + (byte === 0 ? 0 : 1), 0);
        expect(packed.length).toBeLessThanOrEqual(8 + used * (PAGE + 8));
        expect(Buffer.compare(unpackSnapshot(packed.slice().buffer), bytes)).toBe(0);
      }),
    );
  });
});
