import { describe, expect, it } from "vitest";
import { PeerId } from "#shared/base/ids.ts";
import { cleanName, parsePresence, peerColor, PEER_COLORS } from "#shared/presence/presence.ts";

const peer = PeerId.parse("AAAAAAAAAAAAAAAAAAAAAA")!;

describe("parsePresence", () => {
  it("reads what a peer shows", () => {
    expect(
      parsePresence({
        peer,
        user: { name: "Ana", colorName: "teal" },
        cell: "cell-1",
        running: [{ cell: "cell-1", run: "r1" }],
        digest: "abc",
        capabilities: ["chunk1"],
      }),
    ).toEqual({
      peer,
      name: "Ana",
      color: "teal",
      cell: "cell-1",
      running: [{ cell: "cell-1", run: "r1" }],
      digest: "abc",
      capabilities: ["chunk1"],
      wrote: [],
    });
  });

  it.each([undefined, null, 7, "x", [], {}, { peer: "short" }, { user: { name: "stock client" } }])(
    "sees nobody in %j",
    (state) => expect(parsePresence(state)).toBeUndefined(),
  );

  it("replaces what a hostile peer shows by something harmless", () => {
    const parsed = parsePresence({
      peer,
      user: { name: "A\u202Ena\n\u0000", colorName: "red;background:url(//evil)" },
      cell: { evil: true },
      running: "many",
      digest: "x".repeat(1_000),
      capabilities: new Array(1_000).fill("x"),
    });
    expect(parsed).toEqual({
      peer,
      name: "Ana",
      color: peerColor(peer),
      cell: undefined,
      running: [],
      digest: undefined,
      capabilities: [],
      wrote: [],
    });
  });
});

describe("cleanName", () => {
  it.each([
    ["  Ana   María ", "Ana María"],
    ["", "Guest"],
    ["\u0007", "Guest"],
    ["😀".repeat(100), "😀".repeat(64)],
  ])("makes %j into %j", (name, clean) => expect(cleanName(name)).toBe(clean));
});

describe("peerColor", () => {
  it("is one of the known colours and stays the same", () => {
    expect(PEER_COLORS).toContain(peerColor(peer));
    expect(peerColor(peer)).toBe(peerColor(peer));
  });
});
