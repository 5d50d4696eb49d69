import { describe, expect, it } from "vitest";
import { parseSignallingMessage, readAddressing } from "../../../../broker/signalling/signallingMessage.ts";

describe("parseSignallingMessage", () => {
  it("reads what a stock client sends", () => {
    const read = (message: unknown) => parseSignallingMessage(JSON.stringify(message));
    expect(read({ type: "subscribe", topics: ["a", "b"] })).toEqual({ type: "subscribe", topics: ["a", "b"] });
    expect(read({ type: "unsubscribe", topics: [] })).toEqual({ type: "unsubscribe", topics: [] });
    expect(read({ type: "ping" })).toEqual({ type: "ping" });
    const data = { type: "announce", from: "p" };
    expect(read({ type: "publish", topic: "a", data })).toEqual({ type: "publish", topic: "a", data });
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    "7",
    '"publish"',
    "{}",
    '{"type":"subscribe"}',
    '{"type":"subscribe","topics":"a"}',
    '{"type":"subscribe","topics":[1]}',
    `{"type":"subscribe","topics":["${"x".repeat(300)}"]}`,
    `{"type":"subscribe","topics":[${'"a",'.repeat(300)}"a"]}`,
    '{"type":"publish","data":1}',
    '{"type":"publish","topic":{},"data":1}',
    '{"type":"constructor"}',
    "[".repeat(60_000),
  ])("refuses %.40s", (text) => expect(parseSignallingMessage(text)).toBeUndefined());
});

describe("readAddressing", () => {
  it("reads sender and addressee of open signals, and of nothing else", () => {
    expect(readAddressing({ type: "signal", from: "a", to: "b" })).toEqual({ from: "a", to: "b" });
    expect(readAddressing({ type: "announce", from: "a", to: "b" })).toEqual({ from: "a", to: undefined });
    expect(readAddressing("encrypted")).toEqual({ from: undefined, to: undefined });
    expect(readAddressing({ type: "signal", from: 1, to: {} })).toEqual({ from: undefined, to: undefined });
  });
});
