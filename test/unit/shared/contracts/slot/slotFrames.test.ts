import { describe, expect, it } from "vitest";
import { encodeSlotFrame, SlotFrameError, SlotFrameReader } from "#shared/contracts/slot/slotFrames.ts";
import { SLOT_FRAME_LIMIT } from "#shared/contracts/slot/slotProtocol.ts";

const texts = ["", "{}", "Grüße 👋", "x".repeat(100_000)];
const joined = Buffer.concat(texts.map(encodeSlotFrame));

describe("SlotFrameReader", () => {
  it("is a length of four bytes, big-endian, and the text", () => {
    expect([...encodeSlotFrame("ab")]).toEqual([0, 0, 0, 2, 97, 98]);
  });

  it.each([1, 2, 3, 5, 1_000, 1_000_000])("gives every text, whatever arrives together (%s bytes)", (size) => {
    const reader = new SlotFrameReader();
    const read: string[] = [];
    for (let at = 0; at < joined.length; at += size) read.push(...reader.push(joined.subarray(at, at + size)));
    expect(read).toEqual(texts);
  });

  it("refuses a frame above the limit as soon as it is announced", () => {
    const header = Buffer.alloc(4);
    header.writeUInt32BE(SLOT_FRAME_LIMIT + 1);
    expect(() => new SlotFrameReader().push(header)).toThrow(SlotFrameError);
    header.writeUInt32BE(0xffffffff);
    expect(() => new SlotFrameReader().push(header)).toThrow(SlotFrameError);
  });

  it("refuses bytes that are no UTF-8", () => {
    expect(() => new SlotFrameReader().push(new Uint8Array([0, 0, 0, 2, 0xc3, 0x28]))).toThrow(SlotFrameError);
  });
});
