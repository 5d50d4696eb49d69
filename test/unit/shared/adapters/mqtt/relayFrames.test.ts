import { describe, expect, it } from "vitest";
import { byeFrame, helloFrame, readRelayFrame } from "#shared/adapters/mqtt/relayFrames.ts";

const bytes = (frame: Uint8Array): readonly number[] => [...frame];

describe("frames that tell who is there over a broker", () => {
  it("are these bytes", () => {
    expect(bytes(helloFrame(true))).toEqual([64, 1]);
    expect(bytes(helloFrame(false, "a-é"))).toEqual([64, 0, 0x61, 0x2d, 0xc3, 0xa9]);
    expect(bytes(byeFrame())).toEqual([65]);
  });

  it("are read as they were written, and without a link from older programs", () => {
    expect(readRelayFrame(helloFrame(false, "a-é"))).toEqual({ type: "hello", needs: false, link: "a-é" });
    expect(readRelayFrame(Uint8Array.of(64, 1))).toEqual({ type: "hello", needs: true, link: undefined });
    expect(readRelayFrame(byeFrame())).toEqual({ type: "bye" });
  });

  it("say nothing where they are cut short, and name no link longer than one can be", () => {
    expect(readRelayFrame(Uint8Array.of(64))).toBeUndefined();
    expect(readRelayFrame(helloFrame(true, "x".repeat(64)))).toMatchObject({ link: "x".repeat(64) });
    expect(readRelayFrame(helloFrame(true, "x".repeat(65)))).toMatchObject({ needs: true, link: undefined });
  });
});
