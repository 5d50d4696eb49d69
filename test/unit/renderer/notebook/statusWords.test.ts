import { describe, expect, it } from "vitest";
import { CHANGES_REFUSED, type SourceStatus } from "#shared/ports/DocSource.ts";
import type { SyncView } from "#shared/session/views.ts";
import { bytes } from "#shared/base/units.ts";
import { receivingWords, sourceInWords, statusWords } from "../../../../renderer/notebook/header/statusWords.ts";

const hub = (status: SourceStatus): SyncView["sources"] => [{ kind: "hub", status }];
const sync = (change: Partial<SyncView>): SyncView => ({
  saved: true,
  heldByHost: undefined,
  seen: { by: 0, of: 0 },
  incomplete: false,
  sources: [],
  ...change,
});
const words = (change: Partial<SyncView>, settled = { saved: true, held: true }): readonly string[] =>
  statusWords(sync(change), settled).map((word) => word.text);

describe("statusWords", () => {
  it("says the three phrases when all three are true", () => {
    expect(words({ heldByHost: true, seen: { by: 28, of: 30 } })).toEqual([
      "Saved on this computer",
      "Held by the class host",
      "Seen by 28 of 30",
    ]);
  });

  it("says nothing of a class host to a notebook without one", () => {
    expect(words({})).toEqual(["Saved on this computer", "Alone here"]);
  });

  it("never says saved when it is not, nor before it has lasted", () => {
    expect(words({ saved: false })[0]).toBe("Saving…");
    expect(words({ saved: true }, { saved: false, held: false })[0]).toBe("Saving…");
  });

  it("says that this computer does not save when its storage failed", () => {
    const status = { state: "failed", code: "storage-full", message: "full" } as const;
    expect(words({ saved: false, sources: [{ kind: "disk", status }] })[0]).toBe("Not saved on this computer");
  });

  it("does not claim to be saving what has not been opened", () => {
    expect(words({ saved: false, sources: [{ kind: "disk", status: { state: "connecting" } }] })[0]).toBe("Opening…");
  });

  it("calls edits safe here only while they are", () => {
    const sources = hub({ state: "offline", reason: "no answer" });
    expect(words({ heldByHost: false, sources })[1]).toBe("Class host not reachable – your edits are safe here");
    expect(words({ heldByHost: false, sources, saved: false })[1]).toBe("Class host not reachable");
    const refused = hub({ state: "offline", reason: "Ask its teacher.", refused: true });
    expect(words({ heldByHost: false, sources: refused })[1]).toBe(
      "Refused by the class host – your edits are safe here",
    );
    expect(sourceInWords("hub", refused[0]!.status)).toBe("Ask its teacher.");
  });

  it("tells connecting, sending and being refused apart", () => {
    const second = (status: SourceStatus): string | undefined => words({ heldByHost: false, sources: hub(status) })[1];
    expect(second({ state: "connecting" })).toBe("Reaching the class host…");
    expect(second({ state: "connected", held: false })).toBe("Sending to the class host…");
    const warning = { code: CHANGES_REFUSED, message: "You may read this notebook, not change it." };
    const partly = { state: "connected", held: false, warning } as const;
    expect(second(partly)).toBe("Not all taken by the class host");
    expect(sourceInWords("hub", partly)).toBe("Did not take everything. You may read this notebook, not change it.");
    expect(second({ state: "failed", code: "token", message: "no" })).toBe("The class host refused the connection");
    const wrong = { state: "failed", code: "wrong-key", message: "no" } as const;
    expect(second(wrong)).toBe("Your link does not open this notebook");
  });

  it("says that a large notebook is being received, and nothing of missing changes meanwhile", () => {
    const receiving = { received: bytes(12_400_000), total: bytes(20_100_000) };
    const sources = hub({ state: "connected", held: false, receiving });
    expect(words({ heldByHost: false, sources, incomplete: true })).toEqual([
      "Saved on this computer",
      "Receiving the notebook…",
      "Alone here",
    ]);
    expect(sourceInWords("hub", sources[0]!.status)).toBe("Receiving the notebook: 12 of 21 MB");
    expect(receivingWords({ received: bytes(900), total: bytes(800) })).toBe("Receiving the notebook: 0 of 1 MB");
    expect(receivingWords({ received: bytes(9e6), total: bytes(8e6) })).toBe("Receiving the notebook: 8 of 8 MB");
  });

  it("adds that changes are on their way", () => {
    expect(words({ incomplete: true }).at(-1)).toBe("Some changes are still on their way");
  });
});

describe("sourceInWords", () => {
  it("tells in one line what each source says of itself", () => {
    expect(sourceInWords("disk", { state: "connected", held: true })).toBe("Everything is saved");
    expect(sourceInWords("hub", { state: "offline", reason: "no answer" })).toBe("Not reachable: no answer");
    expect(sourceInWords("webrtc", { state: "connected", held: false, peers: 1 })).toBe(
      "Carries your edits to 1 other",
    );
    expect(sourceInWords("mqtt", { state: "connected", held: false, peers: 3 })).toBe("Carries your edits to 3 others");
    expect(sourceInWords("webrtc", { state: "connected", held: false, peers: 0 })).toBe("Nobody to reach this way now");
    const standby = { state: "connected", held: false, standby: true } as const;
    expect(sourceInWords("mqtt", standby)).toBe("Ready, should the class host be out of reach");
    expect(sourceInWords("disk", { state: "failed", code: "x", message: "Storage is full." })).toBe("Storage is full.");
  });
});
