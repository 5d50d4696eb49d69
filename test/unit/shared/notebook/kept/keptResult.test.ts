import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { contentHashOfText } from "#shared/base/hash.ts";
import { PeerId, RunId, type ContentHash } from "#shared/base/ids.ts";
import { bytes, ms, unixMs } from "#shared/base/units.ts";
import { readKept, writeKept } from "#shared/notebook/editKept.ts";
import {
  KEPT_AGE,
  KEPT_COUNT_LIMIT,
  KEPT_RESULT_LIMIT,
  KEPT_TOTAL_LIMIT,
  keysToDrop,
  parseKeptBody,
  parseKeptEntry,
  writeKeptBody,
  writeKeptEntry,
  type KeptEntry,
} from "#shared/notebook/kept/keptResult.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";

const NOW = unixMs(1_800_000_000_000);
const keyOf = (text: string): ContentHash => contentHashOfText(text);

const entry = (change: Partial<KeptEntry> = {}, size = 10): KeptEntry => ({
  run: RunId.create(),
  by: PeerId.createPassing(),
  byName: "Ana",
  at: NOW,
  duration: ms(12),
  body: { hash: keyOf("body"), size: bytes(size), inline: undefined },
  proof: { key: "k", signature: "s" },
  ...change,
});

const entries = (ages: readonly number[], size = 10): Map<string, KeptEntry> =>
  new Map(ages.map((age, index) => [`k${index}`, entry({ at: unixMs(NOW - age) }, size)]));

describe("an entry of a kept result", () => {
  it("reads back as it was written", () => {
    const given = entry({ body: { hash: keyOf("{}"), size: bytes(2), inline: "{}" } });
    expect(parseKeptEntry(writeKeptEntry(given))).toEqual(given);
    expect(Object.hasOwn(writeKeptEntry(entry())["body"] as object, "inline")).toBe(false);
  });

  it.each([
    ["nothing", undefined],
    ["no record", [1]],
    ["no name", { ...writeKeptEntry(entry()), byName: 7 }],
    ["no time", { ...writeKeptEntry(entry()), at: -1 }],
    ["no proof", { ...writeKeptEntry(entry()), proof: "trust me" }],
    ["no hash", { ...writeKeptEntry(entry()), body: { hash: "../../etc", size: 1 } }],
    [
      "a size beyond the limit",
      { ...writeKeptEntry(entry()), body: { hash: keyOf("b"), size: KEPT_RESULT_LIMIT + 1 } },
    ],
  ])("is none: %s", (_, given) => {
    expect(parseKeptEntry(given)).toBeUndefined();
  });
});

describe("the body of a kept result", () => {
  const body = {
    language: "javascript",
    outputs: [{ output_type: "stream", name: "stdout", text: "hello\n" }],
    values: { x: "[1]" },
  } as const;

  it("reads back as it was written", () => {
    expect(parseKeptBody(writeKeptBody(body))).toEqual(body);
  });

  it.each([
    ["no JSON", "{"],
    ["JSON that is too deep", "[".repeat(1_000) + "]".repeat(1_000)],
    ["an unknown language", JSON.stringify({ ...body, language: "cobol" })],
    ["an output of no kind", JSON.stringify({ ...body, outputs: [{ output_type: "script" }] })],
    [
      "an error, which is never kept",
      JSON.stringify({ ...body, outputs: [{ output_type: "error", ename: "E", evalue: "", traceback: [] }] }),
    ],
    ["a value that is no text", JSON.stringify({ ...body, values: { x: 1 } })],
    ["values beyond their limit", JSON.stringify({ ...body, values: { x: "1".repeat(100_000) } })],
  ])("is none: %s", (_, text) => {
    expect(parseKeptBody(text)).toBeUndefined();
  });
});

describe("what is dropped", () => {
  it("is nothing while all limits hold", () => {
    expect(keysToDrop(entries([0, 1, 2]), NOW)).toEqual([]);
  });

  it("is the oldest beyond the number, and beyond the size of all together", () => {
    const many = entries(Array.from({ length: KEPT_COUNT_LIMIT + 2 }, (_, index) => index));
    expect(keysToDrop(many, NOW)).toEqual([`k${KEPT_COUNT_LIMIT}`, `k${KEPT_COUNT_LIMIT + 1}`]);
    const large = entries([3, 1, 2], KEPT_TOTAL_LIMIT / 2);
    expect(keysToDrop(large, NOW)).toEqual(["k0"]);
  });

  it("is what is out of date, from a clock that is days ahead, or cannot be read", () => {
    const given = new Map<string, KeptEntry | undefined>([
      ["old", entry({ at: unixMs(NOW - KEPT_AGE - 1) })],
      ["ahead", entry({ at: unixMs(NOW + KEPT_AGE) })],
      ["broken", undefined],
      ["good", entry()],
    ]);
    expect(keysToDrop(given, NOW)).toEqual(["old", "ahead", "broken"]);
  });

  it("goes when the next result is written, on every replica", () => {
    const [doc, other] = [new Y.Doc(), new Y.Doc()];
    notebookRoots(doc).kept.set("junk", { hostile: true });
    for (let index = 0; index <= KEPT_COUNT_LIMIT; index++) {
      writeKept(doc, keyOf(`${index}`), entry({ at: unixMs(NOW + index) }), unixMs(NOW + index));
    }
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
    expect(notebookRoots(other).kept.size).toBe(KEPT_COUNT_LIMIT);
    expect([readKept(other, keyOf("0")), readKept(other, keyOf("1"))?.at]).toEqual([undefined, NOW + 1]);
  });
});
