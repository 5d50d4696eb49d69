// What restoring rests on: small edits that make one text another, and the fewest moves that make one order another.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { longestRising } from "#shared/notebook/longestRising.ts";
import { textHunks } from "#shared/notebook/textHunks.ts";
import { checkProperty } from "../support/property.ts";

describe("textHunks", () => {
  const text = fc
    .array(fc.constantFrom("a\n", "b\n", "🙂", "c", "\n"), { maxLength: 40 })
    .map((parts) => parts.join(""));

  it("make the one text into the other, never splitting a character", async () => {
    await checkProperty(
      "hunks",
      200,
      fc.property(text, text, (before, after) => {
        let made = before;
        for (const { at, remove, insert } of [...textHunks(before, after)].reverse()) {
          made = made.slice(0, at) + insert + made.slice(at + remove);
          expect(insert).not.toMatch(/\p{Surrogate}/u);
        }
        expect(made).toBe(after);
      }),
    );
  });

  it("leave equal lines between changes alone", () => {
    expect(textHunks("a\nsame\nb\n", "x\nsame\ny\n")).toEqual([
      { at: 0, remove: 1, insert: "x" },
      { at: 7, remove: 1, insert: "y" },
    ]);
  });

  it("treat texts that differ in thousands of lines as different, quickly", () => {
    const lines = (word: string): string => Array.from({ length: 20_000 }, (_, n) => `${word} ${n}\n`).join("");
    const [before, after] = [lines("old"), lines("new")];
    const [hunk, ...more] = textHunks(before, after);
    expect(more).toEqual([]);
    expect(before.slice(0, hunk!.at) + hunk!.insert + before.slice(hunk!.at + hunk!.remove)).toBe(after);
  });
});

describe("longestRising", () => {
  it("rises, and no longer one exists", async () => {
    const shuffled = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7]);
    await checkProperty(
      "rising",
      100,
      fc.property(shuffled, (numbers) => {
        const found = [...longestRising(numbers)];
        expect(numbers.filter((number) => found.includes(number))).toEqual([...found].sort((a, b) => a - b));
        const longest = (rest: readonly number[], above: number): number =>
          rest.reduce((most, n, i) => (n > above ? Math.max(most, 1 + longest(rest.slice(i + 1), n)) : most), 0);
        expect(found.length).toBe(longest(numbers, -1));
      }),
    );
  });
});
