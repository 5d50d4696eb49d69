import { expect, it } from "vitest";
import { ANSWER_SIZE, parseValueAnswer } from "#shared/contracts/kernel/valueQuestion.ts";

const FACTS = { type: "Array", preview: "[]", size: "0 items", members: [{ name: "at", kind: "function" }] };

it("reads facts, and leaves out what is none", () => {
  const json = JSON.stringify([FACTS, null, { type: 1 }, { ...FACTS, size: "x".repeat(100), members: "many" }]);
  const read = { type: "Array", preview: "[]", signature: undefined, doc: undefined };
  expect(parseValueAnswer(json, 4)).toEqual([
    { ...read, size: "0 items", members: [{ name: "at", kind: "function" }] },
    undefined,
    undefined,
    { ...read, size: undefined, members: [] },
  ]);
});

it("takes no answer that is none: another count, no text, no JSON, too long", () => {
  const json = JSON.stringify([FACTS]);
  expect(parseValueAnswer(json, 2)).toBeUndefined();
  expect(parseValueAnswer([FACTS], 1)).toBeUndefined();
  expect(parseValueAnswer("[", 1)).toBeUndefined();
  expect(parseValueAnswer(json.padEnd(ANSWER_SIZE + 1), 1)).toBeUndefined();
});
