import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import { contentHashOfText } from "#shared/base/hash.ts";
import type { ContentHash } from "#shared/base/ids.ts";
import { ms, seconds, unixMs } from "#shared/base/units.ts";
import { collectBlobs } from "#shared/blobs/collectBlobs.ts";
import { GRACE, LONGEST_STEP, planCollection } from "#shared/blobs/planCollection.ts";
import type { HeldBlob } from "#shared/ports/CollectableBlobs.ts";
import { checkProperty } from "../../../support/property.ts";

const DAY = seconds(24 * 3600);
const NOW = unixMs(1_800_000_000_000);
const hash = contentHashOfText("output");
const NONE: ReadonlySet<ContentHash> = new Set();

const blob = (change: Partial<HeldBlob> = {}): HeldBlob => ({
  hash,
  used: undefined,
  unreferenced: undefined,
  ...change,
});
/** Seen `ago` before now, when it had waited for `waited`. */
const noted = (ago: number, waited: number): HeldBlob =>
  blob({ unreferenced: { seen: unixMs(NOW - ago), waited: ms(waited) } });
const notes = (held: HeldBlob, referenced = NONE) => [...planCollection([held], referenced, NOW).notes];
const removed = (held: HeldBlob, referenced = NONE) => planCollection([held], referenced, NOW).remove;

describe("planCollection", () => {
  it("notes a blob that nothing refers to, and deletes nothing the first time", () => {
    expect(planCollection([blob()], NONE, NOW)).toEqual({
      remove: [],
      notes: new Map([[hash, { seen: NOW, waited: 0 }]]),
    });
  });

  it("adds the time since it was seen, and deletes when the grace is over", () => {
    expect(notes(noted(DAY, 3 * DAY))).toEqual([[hash, { seen: NOW, waited: 4 * DAY }]]);
    expect(removed(noted(DAY, GRACE - DAY - 1))).toEqual([]);
    expect(removed(noted(DAY, GRACE - DAY))).toEqual([noted(DAY, GRACE - DAY)]);
  });

  it("keeps what is referred to whatever was noted, and forgets the note", () => {
    expect(planCollection([noted(DAY, GRACE)], new Set([hash]), NOW)).toEqual({
      remove: [],
      notes: new Map([[hash, undefined]]),
    });
    expect(notes(blob(), new Set([hash]))).toEqual([]);
  });

  it("begins anew when it was stored or asked for since", () => {
    const used = { ...noted(DAY, GRACE), used: unixMs(NOW - DAY + 1) };
    expect(removed(used)).toEqual([]);
    expect(notes(used)).toEqual([[hash, { seen: NOW, waited: 0 }]]);
    expect(removed({ ...used, used: unixMs(NOW - DAY) })).toHaveLength(1);
  });

  it("believes no clock for more than a week, and none that goes back", () => {
    expect(notes(noted(365 * DAY, 0))).toEqual([[hash, { seen: NOW, waited: LONGEST_STEP }]]);
    expect(notes(noted(-365 * DAY, DAY))).toEqual([[hash, { seen: NOW, waited: DAY }]]);
  });

  it("deletes only what nothing referred to for the whole grace, however references come and go", async () => {
    const step = fc.record({
      days: fc.double({ min: 0, max: 12, noNaN: true }),
      referenced: fc.subarray(["a", "b", "c"]),
      stored: fc.subarray(["a", "b", "c"]),
    });
    await checkProperty(
      "collected blobs were unreferenced for the grace",
      300,
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const place = new MemoryBlobStore();
        /** When each was last stored or referred to. */
        const wanted = new Map<string, number>();
        let now = NOW;
        for (const { days, referenced, stored } of steps) {
          now = unixMs(now + days * DAY);
          for (const name of stored) await place.put(new TextEncoder().encode(name));
          for (const name of [...stored, ...referenced]) wanted.set(name, now);
          const before = await present(place);
          await collectBlobs(place, { referenced: hashesOf(referenced), now, mayGoOn: () => true });
          const after = await present(place);
          for (const name of before.filter((one) => !after.includes(one))) {
            expect(now - (wanted.get(name) ?? now)).toBeGreaterThanOrEqual(GRACE);
          }
        }
      }),
    );
  });

  it("deletes in the end what nothing refers to", async () => {
    const place = new MemoryBlobStore();
    await place.put(new TextEncoder().encode("a"));
    const at = (day: number) => ({ referenced: NONE, now: unixMs(NOW + day * DAY), mayGoOn: () => true });
    for (let day = 0; day < 30; day++) expect((await collectBlobs(place, at(day))).removed).toBe(0);
    expect(await collectBlobs(place, at(30))).toEqual({ removed: 1, freed: 1 });
  });

  it("stops deleting as soon as it may not go on", async () => {
    const place = new MemoryBlobStore();
    for (const name of ["a", "b", "c"]) {
      const held = await place.put(new TextEncoder().encode(name));
      await place.note(new Map([[held, { seen: NOW, waited: GRACE }]]));
    }
    let left = 1;
    expect((await collectBlobs(place, { referenced: NONE, now: NOW, mayGoOn: () => left-- > 0 })).removed).toBe(1);
    expect(await present(place)).toHaveLength(2);
  });
});

const hashesOf = (names: readonly string[]): ReadonlySet<ContentHash> => new Set(names.map(contentHashOfText));

async function present(place: MemoryBlobStore): Promise<readonly string[]> {
  const list = await place.list();
  return ["a", "b", "c"].filter((name) => list.some((held) => held.hash === contentHashOfText(name)));
}
