// What the history promises: any state can be brought back exactly and taken back again, thinning keeps its bounds and
// loses no author, and every character is credited to whoever typed it, whatever several people do at once.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { PeerId, type CellId } from "#shared/base/ids.ts";
import { bytes, mib, unixMs } from "#shared/base/units.ts";
import { creditText } from "#shared/history/blame.ts";
import { cellChanges, cellsMoment } from "#shared/history/cellChanges.ts";
import { ContributionIndex, coverage } from "#shared/history/contributions.ts";
import { thinOut, type HistoryLimits } from "#shared/history/thinOut.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import type { DatedState } from "#shared/ports/HistoryStore.ts";
import { datedState } from "../support/history/datedState.ts";
import {
  copyOf,
  EDITS,
  expectRestoredTogether,
  historyOf,
  newNotebook,
  perform,
  type Edit,
} from "../support/models/restoredNotebook.ts";
import { checkProperty } from "../support/property.ts";

const edit: fc.Arbitrary<Edit> = fc.record({ type: fc.constantFrom(...EDITS), at: fc.nat(30), to: fc.nat(30) });
const edits = fc.array(edit, { maxLength: 25 });

/** The visible cells with all that a restore brings back. */
function content(doc: Y.Doc): unknown {
  const { cells } = notebookRoots(doc);
  return readNotebook(doc).cells.map((cell) => {
    const map = cells.get(cell.id) as Y.Map<unknown>;
    return [cell, (map.get("opts") as Y.Map<unknown>).toJSON()];
  });
}

describe("restoring", () => {
  it("any state gives the notebook of then, undo gives the notebook of now, redo the one of then", async () => {
    await checkProperty(
      "restore all",
      60,
      fc.property(edits, edits, (before, after) => {
        const doc = newNotebook();
        for (const one of before) perform(doc, one);
        const past = copyOf(doc);
        for (const one of after) perform(doc, one);
        const now = content(doc);
        const history = historyOf(doc);
        history.restore(past);
        expect(content(doc)).toEqual(content(past));
        history.undo();
        expect(content(doc)).toEqual(now);
        history.redo();
        expect(content(doc)).toEqual(content(past));
        history.dispose();
      }),
    );
  });

  it("one cell changes no other, and brings that one back", async () => {
    await checkProperty(
      "restore one",
      60,
      fc.property(edits, edits, fc.nat(20), (before, after, pick) => {
        const doc = newNotebook();
        for (const one of before) perform(doc, one);
        const past = copyOf(doc);
        for (const one of after) perform(doc, one);
        const then = readNotebook(past).cells;
        const cell = then[pick % Math.max(1, then.length)];
        if (cell === undefined) return;
        const others = readNotebook(doc).cells.filter(({ id }) => id !== cell.id);
        historyOf(doc).restore(past, [cell.id]);
        const now = readNotebook(doc).cells;
        expect(now.find(({ id }) => id === cell.id)).toEqual(cell);
        expect(now.filter(({ id }) => id !== cell.id)).toEqual(others);
      }),
    );
  });

  it("keeps what another types meanwhile in lines that the restore does not touch, and converges", async () => {
    await checkProperty("restore concurrently", 40, fc.property(edits, fc.nat(2), expectRestoredTogether));
  });
});

describe("cellChanges", () => {
  it("tells nothing of a notebook that did not change, and names every cell that did", async () => {
    await checkProperty(
      "changes",
      60,
      fc.property(edits, edits, (before, after) => {
        const doc = newNotebook();
        for (const one of before) perform(doc, one);
        const moment = cellsMoment(doc)!;
        expect(cellChanges(moment, doc)).toEqual([]);
        for (const one of after) perform(doc, one);
        const changes = cellChanges(moment, doc);
        const changed = new Set<CellId>(changes.map(({ id }) => id));
        expect(changed.size).toBe(changes.length);
        const now = readNotebook(doc).cells;
        const untouched = (cells: typeof now) => cells.filter(({ id }) => !changed.has(id));
        // What is not named is as it was, and in the order it was in.
        expect(untouched(now).map(({ id, source, kind }) => [id, source, kind])).toEqual(
          untouched(moment.cells).map(({ id, source, kind }) => [id, source, kind]),
        );
        for (const { type, before: old, after: next } of changes) {
          if (type === "changed") expect([old?.source, old?.kind]).not.toEqual([next?.source, next?.kind]);
        }
      }),
    );
  });
});

describe("thinOut", () => {
  const limits: HistoryLimits = { states: 20, bytes: bytes(60_000), versions: 5, versionShare: 0.5, unkept: mib(4) };
  const step = fc.record({ wait: fc.nat(40 * 3_600_000), client: fc.nat(3), wrote: fc.nat(5), size: fc.nat(5_000) });

  it("keeps its bounds and every author, whatever comes", async () => {
    await checkProperty(
      "thinning",
      60,
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        let states: readonly DatedState[] = [];
        const written = new Map<number, number>();
        let now = 1_700_000_000_000;
        steps.forEach(({ wait, client, wrote, size }, order) => {
          now += wait;
          const from = written.get(client) ?? 0;
          written.set(client, from + wrote);
          const at = unixMs(now);
          const contributions = wrote === 0 ? [] : [{ client, from, to: from + wrote, first: at, last: at }];
          const version = order % 40 === 7 ? { name: "kept", by: "Ana", at } : undefined;
          const all = [...states, datedState(order, { at, contributions, size: bytes(size), version })];
          const { drop, put } = thinOut(all, at, limits);
          states = all.filter(({ id }) => !drop.includes(id)).map((one) => put.find(({ id }) => id === one.id) ?? one);
          expect(states.length).toBeLessThanOrEqual(limits.states);
          expect(states.at(-1)?.order).toBe(order);
        });
        expect(states.filter(({ version }) => version !== undefined)).toHaveLength(
          steps.filter((_, order) => order % 40 === 7).length,
        );
        const covered = coverage(states);
        for (const [client, to] of written) expect(covered.get(client) ?? 0).toBe(to);
        const index = new ContributionIndex(states);
        for (const [client, to] of written) {
          for (let clock = 0; clock < to; clock++) {
            const found = index.find(client, clock);
            expect(found !== undefined && found.from <= clock && clock < found.to).toBe(true);
          }
        }
      }),
    );
  });
});

describe("creditText", () => {
  const LETTERS = ["a", "b", "c"];
  const typing = fc.record({
    who: fc.nat(2),
    at: fc.nat(60),
    count: fc.integer({ min: 1, max: 6 }),
    what: fc.constantFrom("type", "type", "cut", "sync"),
  });

  it("credits each character to whoever typed it, under random concurrent edits", async () => {
    await checkProperty(
      "blame",
      80,
      fc.property(fc.array(typing, { maxLength: 60 }), (steps) => {
        // Each person types one letter only, so that the text itself says who wrote what.
        const docs = LETTERS.map(() => new Y.Doc());
        const syncAll = (): void => {
          for (const from of docs) for (const to of docs) Y.applyUpdate(to, Y.encodeStateAsUpdate(from));
        };
        for (const { who, at, count, what } of steps) {
          const text = docs[who]!.getText("t");
          const place = Math.min(at, text.length);
          if (what === "type") text.insert(place, LETTERS[who]!.repeat(count));
          else if (what === "cut") text.delete(place, Math.min(count, text.length - place));
          else syncAll();
        }
        syncAll();
        const text = docs[0]!.getText("t");
        const people = new Map(
          docs.map(({ clientID: client }, who) => [
            client,
            { client, peer: PeerId.parse(LETTERS[who]!.repeat(22))!, name: LETTERS[who]!, verified: false },
          ]),
        );
        const credits = creditText(text, new ContributionIndex([]), people);
        const written = credits.map(({ from, to, person }) => (person?.name ?? "?").repeat(to - from)).join("");
        expect(written).toBe(text.toString());
      }),
    );
  });
});
