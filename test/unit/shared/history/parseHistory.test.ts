import { describe, expect, it } from "vitest";
import { PeerId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { CONTRIBUTIONS_LIMIT } from "#shared/history/contributions.ts";
import { cleanVersionName, parseHistory, parseState, writeHistory, writeState } from "#shared/history/parseHistory.ts";
import { datedState } from "../../../support/history/datedState.ts";

const ANA = { client: 4, peer: PeerId.parse("A".repeat(22))!, name: "Ana", verified: true };
const full = datedState(3, {
  contributions: [{ client: 4, from: 0, to: 9, first: unixMs(0), last: unixMs(7) }],
  deleters: [4],
  version: { name: "Handed in", by: "Ana", at: unixMs(8) },
});
const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("parseHistory", () => {
  it("reads what was written", () => {
    const history = { states: [full, datedState(5)], people: [ANA], visited: undefined };
    expect(parseHistory(overTheWire(writeHistory(history)))).toEqual(history);
  });

  it("leaves out rows that cannot be read, and sorts the others", () => {
    const states = [writeState(datedState(9)), { id: "no state" }, null, writeState(datedState(2))];
    const parsed = parseHistory(overTheWire({ states, people: [ANA, { client: -1 }, "Ben"] }));
    expect(parsed?.states.map(({ order }) => order)).toEqual([2, 9]);
    expect(parsed?.people).toEqual([ANA]);
  });

  it.each([[undefined], [null], [[]], [{ states: {}, people: [] }], [{ states: [] }]])("refuses %j", (value) => {
    expect(parseHistory(value)).toBeUndefined();
  });
});

describe("parseState", () => {
  const wire = overTheWire(writeState(full)) as Record<string, unknown>;

  it.each([
    ["a hash that is none", { hash: "xyz" }],
    ["a negative order", { order: -1 }],
    ["a time beyond all dates", { at: 1e300 }],
    ["contributions that go back", { contributions: [[1, 5, 5, 0, 0]] }],
    ["contributions that are no rows", { contributions: [{ client: 1 }] }],
    ["more authors than any state has", { contributions: new Array(CONTRIBUTIONS_LIMIT + 1).fill([1, 0, 1, 0, 0]) }],
    ["deleters that are no clients", { deleters: ["Ana"] }],
  ])("refuses %s", (_, change) => {
    expect(parseState({ ...wire, ...change })).toBeUndefined();
  });

  it("reads an unknown cause as an ordinary state", () => {
    expect(parseState({ ...wire, cause: "solar-eclipse" })?.cause).toBe("interval");
  });

  it("takes a version without a name for none", () => {
    expect(parseState({ ...wire, version: { name: " \u0000 " } })?.version).toBeUndefined();
  });
});

describe("cleanVersionName", () => {
  it("folds spaces, drops control characters and cuts", () => {
    expect(cleanVersionName("  Lab \u202e 1\n\n final ")).toBe("Lab 1 final");
    expect([...cleanVersionName("🙂".repeat(1_000))!]).toHaveLength(80);
    expect(cleanVersionName("\n")).toBeUndefined();
    expect(cleanVersionName(7)).toBeUndefined();
  });
});
