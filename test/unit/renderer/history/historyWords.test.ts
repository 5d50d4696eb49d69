import { describe, expect, it } from "vitest";
import { unixMs } from "#shared/base/units.ts";
import { deleterWords } from "../../../../renderer/history/historyWords.ts";
import { NodeSigner } from "../../../../workers/agent/NodeSigner.ts";

describe("deleterWords", () => {
  it("calls oneself you, as everywhere in the history", () => {
    const [{ peer: me }, { peer: other }] = [NodeSigner.create(), NodeSigner.create()];
    const at = unixMs(0);
    expect(deleterWords({ by: me, name: "Ana", at }, me)).toBe("you");
    expect(deleterWords({ by: other, name: "Ben", at }, me)).toBe("Ben");
    expect(deleterWords(undefined, me)).toBe("");
  });
});
