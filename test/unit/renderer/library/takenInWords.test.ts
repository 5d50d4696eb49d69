import { expect, it } from "vitest";
import { takenInWords } from "../../../../renderer/library/exchange/takenInWords.ts";

const merged = (changes: number, news: boolean, fileLacks = false) => ({ changes, news, fileLacks });
const say = (one: ReturnType<typeof merged> | undefined, elsewhere = false): string =>
  takenInWords("lab.meshbook", { title: "Lab 1", elsewhere, merged: one });

it("a file that merged says how much it brought", () => {
  expect(say(merged(14, true))).toBe("Merged 14 changes from lab.meshbook.");
  expect(say(merged(1, true))).toBe("Merged 1 change from lab.meshbook.");
  expect(say(merged(0, true))).toBe("Merged lab.meshbook: it changes nothing that you see.");
  expect(say(merged(0, false))).toBe("Nothing new in this file.");
  expect(say(merged(0, false, true))).toContain("It lacks changes made here");
});

it("a file of another notebook says so, and never that it merged into the open one", () => {
  expect(say(merged(2, true), true)).toBe(
    "lab.meshbook is of another notebook, “Lab 1”. Merged 2 changes from lab.meshbook.",
  );
  expect(say(undefined, true)).toBe("lab.meshbook is of another notebook, “Lab 1”. It is in your list now.");
  expect(say(undefined)).toBe("“Lab 1” came with lab.meshbook.");
});
