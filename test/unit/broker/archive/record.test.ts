import { describe, expect, it } from "vitest";
import { decodeRecord, encodeRecord } from "../../../../broker/archive/record.ts";

describe("record", () => {
  it.each([0, 1, 5000])("gives back %d bytes", (size) => {
    const content = Uint8Array.from({ length: size }, (_, index) => index % 251);
    expect(decodeRecord(encodeRecord(content))).toEqual(Buffer.from(content));
  });

  it("refuses a record with any single bit flipped", () => {
    const record = encodeRecord(Uint8Array.from([1, 2, 3, 4, 5]));
    for (let bit = 0; bit < record.length * 8; bit++) {
      const damaged = Buffer.from(record);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(decodeRecord(damaged)).toBeUndefined();
    }
  });

  it("refuses a record cut short or lengthened anywhere", () => {
    const record = encodeRecord(Uint8Array.from([1, 2, 3, 4, 5]));
    for (let length = 0; length < record.length; length++) {
      expect(decodeRecord(record.subarray(0, length))).toBeUndefined();
    }
    expect(decodeRecord(Buffer.concat([record, Buffer.from([0])]))).toBeUndefined();
  });
});
