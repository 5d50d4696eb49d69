import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { ForeignUpdates } from "#shared/adapters/hub/ForeignUpdates.ts";

/** What each change of a text is as an update. */
function changes(...steps: readonly ((text: Y.Text) => void)[]): readonly Uint8Array[] {
  const doc = new Y.Doc();
  const found: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => found.push(update));
  for (const step of steps) step(doc.getText("t"));
  return found;
}

const [a, b, deletion] = changes(
  (text) => text.insert(0, "a"),
  (text) => text.insert(1, "b"),
  (text) => text.delete(0, 1),
) as [Uint8Array, Uint8Array, Uint8Array];

describe("updates that came by another way than the hub", () => {
  it("wait until the hub gives them, one by one or several in one", () => {
    const foreign = new ForeignUpdates();
    for (const update of [a, b, deletion]) foreign.add(update);
    foreign.seen(Y.mergeUpdates([a, b]));
    expect(foreign.any).toBe(true);
    foreign.seen(deletion);
    expect(foreign.any).toBe(false);
    expect(foreign.take()).toEqual([]);
  });

  it("wait for all that is in them, deletions too", () => {
    const foreign = new ForeignUpdates();
    foreign.add(Y.mergeUpdates([a, b, deletion]));
    foreign.seen(b);
    foreign.seen(a);
    expect(foreign.any).toBe(true);
    foreign.seen(new Uint8Array([1, 2, 3]));
    expect(foreign.any).toBe(true);
    foreign.seen(deletion);
    expect(foreign.any).toBe(false);
  });
});
