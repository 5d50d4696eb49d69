import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { chooseCoding, Compressed, isCompressible } from "../../../../broker/http/Compressed.ts";

describe("chooseCoding", () => {
  it.each([
    [undefined, "identity"],
    ["", "identity"],
    ["gzip, deflate", "gzip"],
    ["gzip, deflate, br, zstd", "br"],
    ["br;q=0, gzip;q=0.5", "gzip"],
    ["BR", "br"],
    ["gzip;q=0.0", "identity"],
  ] as const)("for %j is %s", (header, coding) => expect(chooseCoding(header)).toBe(coding));
});

describe("Compressed", () => {
  const text = Buffer.from("the same line again and again\n".repeat(500));

  it("gives the content in each coding", async () => {
    const compressed = new Compressed(text);
    expect(gunzipSync(await compressed.get("gzip")).equals(text)).toBe(true);
    expect(brotliDecompressSync(await compressed.get("br")).equals(text)).toBe(true);
    expect(await compressed.get("identity")).toBe(text);
    expect((await compressed.get("br")).length).toBeLessThan(text.length / 10);
  });

  it("compresses once", async () => {
    const compressed = new Compressed(text);
    expect(await compressed.get("gzip")).toBe(await compressed.get("gzip"));
  });
});

describe("isCompressible", () => {
  it("says yes to larger texts only", () => {
    expect(isCompressible("text/javascript; charset=utf-8", 5000)).toBe(true);
    expect(isCompressible("image/svg+xml; charset=utf-8", 5000)).toBe(true);
    expect(isCompressible("text/css; charset=utf-8", 100)).toBe(false);
    expect(isCompressible("image/png", 5000)).toBe(false);
    expect(isCompressible("font/woff2", 5000)).toBe(false);
  });
});
