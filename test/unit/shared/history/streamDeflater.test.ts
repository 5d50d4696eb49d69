import { describe, expect, it } from "vitest";
import { streamDeflater } from "#shared/adapters/streamDeflater.ts";

const text = new TextEncoder().encode("who wrote what ".repeat(1_000));

describe("streamDeflater", () => {
  it("gives back what it deflated", async () => {
    const deflated = await streamDeflater.deflate(text);
    expect(deflated.length).toBeLessThan(text.length / 20);
    expect(await streamDeflater.inflate(deflated, text.length)).toEqual(text);
  });

  it("inflates nothing beyond the limit, and nothing that is not deflated", async () => {
    const bomb = await streamDeflater.deflate(new Uint8Array(5_000_000));
    expect(await streamDeflater.inflate(bomb, 4_999_999)).toBeUndefined();
    expect(await streamDeflater.inflate(text, text.length)).toBeUndefined();
    expect(await streamDeflater.inflate(new Uint8Array(), 10)).toBeUndefined();
  });
});
