import { describe, expect, it } from "vitest";
import {
  AWARENESS_MESSAGE_LIMIT,
  AWARENESS_PEERS_LIMIT,
  AWARENESS_STATE_LIMIT,
  readAwarenessUpdate,
  writeAwarenessUpdates,
  type AwarenessEntry,
} from "#shared/presence/cleanAwareness.ts";

const entries = (count: number, state: AwarenessEntry["state"]): readonly AwarenessEntry[] =>
  Array.from({ length: count }, (_, client) => ({ client, clock: 1, state }));

describe("writeAwarenessUpdates", () => {
  it.each([
    ["nobody", entries(0, {}), 0],
    ["as many peers as a message may speak of", entries(AWARENESS_PEERS_LIMIT, {}), 1],
    ["one more", entries(AWARENESS_PEERS_LIMIT + 1, undefined), 2],
    ["states that are too large together", entries(100, { name: "x".repeat(AWARENESS_STATE_LIMIT - 100) }), 4],
  ])("tells of %s in messages that can be read", (_, all, messages) => {
    const written = writeAwarenessUpdates(all);
    expect(written).toHaveLength(messages);
    expect(written.flatMap((update) => readAwarenessUpdate(update))).toEqual(all);
    for (const update of written) expect(update.length).toBeLessThanOrEqual(AWARENESS_MESSAGE_LIMIT);
  });
});
