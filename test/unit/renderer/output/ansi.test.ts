import { describe, expect, it } from "vitest";
import { parseAnsi } from "../../../../renderer/output/text/ansi.ts";

const ESC = "\u001b[";

describe("parseAnsi", () => {
  it("gives plain text in one part", () => {
    expect(parseAnsi("plain\ntext")).toEqual([{ text: "plain\ntext", style: {} }]);
    expect(parseAnsi("")).toEqual([]);
  });

  it("reads colours, weight and their ends", () => {
    expect(parseAnsi(`a${ESC}1;31mb${ESC}22mc${ESC}0md`)).toEqual([
      { text: "a", style: {} },
      { text: "b", style: { bold: true, color: "red" } },
      { text: "c", style: { color: "red" } },
      { text: "d", style: {} },
    ]);
  });

  it("reads bright, 256 and true colours", () => {
    expect(parseAnsi(`${ESC}91mx`)[0]?.style).toEqual({ color: "bright-red" });
    expect(parseAnsi(`${ESC}38;5;208mx`)[0]?.style).toEqual({ color: "rgb(255 135 0)" });
    expect(parseAnsi(`${ESC}48;2;1;2;300mx`)[0]?.style).toEqual({ background: "rgb(1 2 255)" });
  });

  it("lets a carriage return rewrite its line, as progress bars do", () => {
    expect(parseAnsi("10%\r100%\nend\r\n")).toEqual([{ text: "100%\nend\n", style: {} }]);
    expect(parseAnsi("longer\rab")).toEqual([{ text: "abnger", style: {} }]);
  });

  it("drops sequences it does not know, whole or cut off", () => {
    const parts = parseAnsi(`a${ESC}2Kb\u001b]0;title\u0007c${ESC}?25hd\u001b`);
    expect(parts.map(({ text }) => text).join("")).toBe("abcd");
  });
});
