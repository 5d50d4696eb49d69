import { describe, expect, it } from "vitest";
import type { CellOutput } from "#shared/notebook/output.ts";
import { imageSize } from "../../../../renderer/output/height/imageSize.ts";
import { joinStreams } from "../../../../renderer/output/text/joinStreams.ts";
import { previewEnd, wholeInWords } from "../../../../renderer/output/text/PrintedText.tsx";

const printed = (text: string, name: "stdout" | "stderr" = "stdout"): CellOutput => ({
  output_type: "stream",
  name,
  text,
});

describe("printed text", () => {
  it("is one text per stream, in the order it was printed", () => {
    expect(joinStreams([printed("a"), printed("b"), printed("!", "stderr"), printed("c")])).toEqual([
      printed("ab"),
      printed("!", "stderr"),
      printed("c"),
    ]);
  });

  it("is shown whole when short, and by its first lines or characters when long", () => {
    expect(previewEnd("short\ntext")).toBe(10);
    expect(previewEnd("x\n".repeat(1_000))).toBe(79);
    expect(previewEnd("x".repeat(100_000))).toBe(40_000);
  });

  it("says how much more there is, of one endless line, too", () => {
    expect(wholeInWords("x\n".repeat(1_000))).toBe("Show all 1,000 lines");
    expect(wholeInWords("x".repeat(100_000))).toBe("Show the whole line");
  });
});

describe("imageSize", () => {
  it("reads a PNG's size from its first bytes", () => {
    const header = Buffer.from("89504e470d0a1a0a0000000d49484452000000a00000005a0806000000", "hex").toString("base64");
    expect(imageSize(header)).toEqual({ width: 160, height: 90 });
  });

  it("does not guess", () => {
    expect([imageSize(""), imageSize("%%%"), imageSize(Buffer.alloc(64).toString("base64"))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
