import { describe, expect, it } from "vitest";
import type { PresenceMessage } from "#shared/jobs/jobMessage.ts";
import { dropUnconfirmed, peerGone, presenceShown, unconfirmAll, type Roster } from "#shared/jobs/link/roster.ts";
import { peerOf } from "../../../../support/jobs/messages.ts";

const a = peerOf("a");
const named = (name: string): PresenceMessage => ({ type: "presence", name, agent: undefined });
const shown = (roster: Roster, incarnation: number, seq: number, name = "Ana"): Roster =>
  presenceShown(roster, a, { incarnation, seq }, named(name));
const none: Roster = new Map();

describe("the roster", () => {
  it("lists who showed itself, with what it showed last", () => {
    const roster = shown(shown(none, 1, 1), 1, 2, "Ana B.");
    expect(roster.get(a)).toEqual({ incarnation: 1, seq: 2, here: true, confirmed: true, presence: named("Ana B.") });
  });

  it("changes nothing for a presence that is old, repeated, or of an earlier life", () => {
    const roster = shown(none, 5, 4);
    for (const [incarnation, seq] of [
      [5, 4],
      [5, 3],
      [4, 9],
    ] as const) {
      expect(shown(roster, incarnation, seq, "old")).toBe(roster);
    }
  });

  it("takes a peer off when it is gone, but only for the life that is gone", () => {
    const roster = shown(none, 5, 1);
    expect(peerGone(roster, a, 4)).toBe(roster);
    expect(peerGone(roster, peerOf("b"), 5)).toBe(roster);
    expect(peerGone(roster, a, 5).get(a)?.here).toBe(false);
  });

  it("brings a peer back only by a presence made after it was gone", () => {
    const gone = peerGone(shown(none, 5, 3), a, 5);
    expect(shown(gone, 5, 3)).toBe(gone);
    expect(shown(gone, 5, 4).get(a)?.here).toBe(true);
    expect(shown(gone, 6, 1).get(a)?.here).toBe(true);
  });

  it("keeps those it is not sure of until they were told again or the time for it is over", () => {
    const unsure = unconfirmAll(shown(none, 5, 3));
    expect(unsure.get(a)).toMatchObject({ here: true, confirmed: false });
    expect(dropUnconfirmed(unsure).get(a)?.here).toBe(false);
    expect(dropUnconfirmed(shown(unsure, 5, 3)).get(a)?.here).toBe(true);
    expect(dropUnconfirmed(shown(unsure, 5, 4)).get(a)?.here).toBe(true);
  });

  it("forgets those who left before it forgets anybody who is here", () => {
    let roster = peerGone(shown(none, 1, 1), a, 1);
    const peers = Array.from({ length: 2_048 }, (_, n) => peerOf("b").slice(0, 18) + String(n).padStart(4, "0"));
    // reason: distinct ids of the right form, made of a peer's.
    for (const peer of peers) roster = presenceShown(roster, peer as typeof a, { incarnation: 1, seq: 1 }, named("B"));
    expect(roster.size).toBe(2_048);
    expect(roster.has(a)).toBe(false);
  });
});
