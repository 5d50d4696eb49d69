import { describe, expect, it } from "vitest";
import { lendingInWords } from "../../../../renderer/lending/lendingWords.ts";

const terms = { slots: 1, languages: [], allow: undefined, pauseBelow: 20 };

describe("what a lent computer says of itself", () => {
  it("is what it waits for while it pauses", () => {
    expect(lendingInWords({ state: "paused", terms, level: 18 })).toBe("Paused: on battery, 18 %");
  });

  it("is what it gives, to whom, and what it does", () => {
    const on = { state: "on", terms, running: 0, ended: 0 } as const;
    expect(lendingInWords(on)).toBe("Lending 1 place to everybody in the class · nothing runs");
    expect(lendingInWords({ ...on, terms: { ...terms, slots: 2, allow: [] }, running: 1, ended: 3 })).toBe(
      "Lending 2 places to 0 people · 1 cell runs · 3 done",
    );
  });
});
