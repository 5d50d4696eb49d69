import { expect } from "vitest";
import { expectConverged, expectSound, type TokenLedger } from "./TokenLedger.ts";
import type { HonestPeer } from "./HonestPeer.ts";

/** Longest time one word may take to the other while somebody attacks, on a busy machine (milliseconds). */
const WORD_LIMIT = 60_000;

export interface TalkResult {
  readonly words: number;
  /** The slowest word's way to the other peer (milliseconds). */
  readonly slowest: number;
}

/**
 * Two honest peers that answer one another, word by word, as long as something else goes on: each types when it has
 * read what the other typed. So "they keep typing and stay synced meanwhile" needs no clock to be true.
 */
export async function talkDuring(pair: readonly [HonestPeer, HonestPeer], act: Promise<unknown>): Promise<TalkResult> {
  const ended = { yes: false };
  const acting = act.finally(() => (ended.yes = true));
  // What the act says is heard below; until then it must not end the process.
  acting.catch(() => undefined);
  let words = 0;
  let slowest = 0;
  // A few words more, so that what the act left behind is met as well.
  for (let after = 0; after < 4; words++) {
    if (ended.yes) after += 1;
    const [from, to] = words % 2 === 0 ? pair : [pair[1], pair[0]];
    const since = performance.now();
    await to.untilHas(from.writer.write(), WORD_LIMIT).catch((cause: unknown) => {
      throw new Error(`its writer says ${JSON.stringify(from.view)}`, { cause });
    });
    slowest = Math.max(slowest, performance.now() - since);
    expectSound(to.doc);
    // In memory words need no time at all, and the act would never get its turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await acting;
  return { words, slowest };
}

/** Both are where they should be: nothing lost, nothing doubled, each sees the other, and the host holds all. */
export async function expectWell(pair: readonly [HonestPeer, HonestPeer], ledger: TokenLedger): Promise<void> {
  await Promise.all(pair.map((peer) => peer.untilHeld(WORD_LIMIT)));
  expectConverged(pair.map(({ doc }) => doc));
  for (const { doc } of pair) expect(ledger.lost(doc, "held")).toEqual([]);
}
