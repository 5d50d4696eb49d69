import { expect, it } from "vitest";
import { seconds } from "#shared/base/units.ts";
import { leavingInWords, leftInWords } from "../../../../workers/agent/leaving.ts";

it("says in one line what an agent that leaves still does, and what it leaves behind", () => {
  expect(leavingInWords(0, seconds(60))).toBe("leaving; nothing runs here");
  expect(leavingInWords(1, seconds(60))).toContain("finishing 1 cell, for at most 60 s");
  expect(leftInWords({ stopped: 0, unconfirmed: 0, kept: true }, "/d")).toBe("left the class");
  expect(leftInWords({ stopped: 2, unconfirmed: 1, kept: true }, "/d")).toBe(
    "left the class; 2 cells took too long and were stopped; " +
      "1 result that nobody has fetched yet is kept in /d and given out at the next start",
  );
  expect(leftInWords({ stopped: 0, unconfirmed: 2, kept: false }, "/d")).toBe(
    "left the class; 2 results that nobody has fetched yet could not be kept on disk and are lost",
  );
});
