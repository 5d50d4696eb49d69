import { describe, expect, it } from "vitest";
import type { PeerId } from "#shared/base/ids.ts";
import type { Role } from "#shared/rooms/access/role.ts";
import type { MemberView, PeerView } from "#shared/session/views.ts";
import { leftBehind, leftBehindInWords, type MoveFacts } from "../../../../renderer/rooms/leftBehind.ts";
import { peerOf } from "../../../support/jobs/messages.ts";

const [ME, ANA, BEN, EVA] = [peerOf("m"), peerOf("a"), peerOf("b"), peerOf("e")];
const member = (peer: PeerId, name: string, role: Role = "editor"): MemberView => ({
  ...{ peer, name, role, named: false, here: false },
});
const here = (peer: PeerId, name: string, identity: PeerView["identity"] = "proven") =>
  ({ presence: { peer, name }, identity }) as PeerView;
const facts = (change: Partial<MoveFacts>): MoveFacts => ({
  ...{ access: { members: [], everybody: "editor", founder: ME }, peers: [], canFollow: new Set(), me: ME },
  ...change,
});
const access = (members: readonly MemberView[], everybody: Role = "editor"): MoveFacts["access"] => ({
  ...{ members, everybody, founder: ME },
});

describe("leftBehind", () => {
  it("is who may read and has given no card", () => {
    const members = [member(ANA, "Ana"), member(BEN, "Ben"), member(EVA, "Eva", "none"), member(ME, "Me")];
    expect(leftBehind(facts({ access: access(members), canFollow: new Set([ANA]) }))).toEqual({
      ...{ names: ["Ben"], nameless: 0 },
    });
  });

  it("knows a device by the name that it signed, and counts it without one", () => {
    const members = [member(ANA, ""), member(BEN, "")];
    const peers = [here(ANA, "Ana"), here(BEN, "Mallory", "claimed")];
    expect(leftBehind(facts({ access: access(members), peers }))).toEqual({ names: ["Ana"], nameless: 1 });
  });

  it("is also who is here by direct links alone, unless only those who are named may read", () => {
    const peers = [here(ANA, "Ana")];
    expect(leftBehind(facts({ peers }))).toEqual({ names: ["Ana"], nameless: 0 });
    expect(leftBehind(facts({ peers, access: access([], "none") }))).toEqual({ names: [], nameless: 0 });
    expect(leftBehind(facts({ peers, access: access([member(ANA, "Ana", "none")]) }))).toEqual({
      names: [],
      nameless: 0,
    });
  });
});

describe("leftBehindInWords", () => {
  const words = (count: number, nameless: number): string | undefined =>
    leftBehindInWords({ names: Array.from({ length: count }, (_, n) => `P${n}`), nameless });

  it("names those who are left, and counts the rest", () => {
    expect(words(0, 0)).toBeUndefined();
    expect(words(0, 1)).toBe("Left behind: 1 device whose name is not known.");
    expect(words(1, 0)).toBe("Left behind: P0.");
    expect(words(2, 2)).toBe("Left behind: P0, P1 and 2 devices whose names are not known.");
    expect(words(8, 0)).toBe("Left behind: P0, P1, P2, P3, P4, P5 and 2 more.");
  });
});
