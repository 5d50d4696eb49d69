import fc from "fast-check";
import { expect, it } from "vitest";
import { contentHashOfText } from "#shared/base/hash.ts";
import type { CellId } from "#shared/base/ids.ts";
import { allNeeds, cycles } from "#shared/dataflow/flowGraph.ts";
import { freshnessOf, isUsable } from "#shared/dataflow/staleness.ts";
import { planRun } from "#shared/execution/planRun.ts";
import type { RunRecord } from "#shared/notebook/runRecord.ts";
import { flowOf } from "../support/programs.ts";
import { recordOf } from "../support/ranNotebook.ts";
import { checkProperty } from "../support/property.ts";

const NAMES = ["u", "v", "w", "x", "y"];

/** A notebook as random cells, each defining a name and reading some. */
const notebook = fc.array(
  fc.record({ defines: fc.constantFrom(...NAMES), reads: fc.subarray(NAMES), salt: fc.nat(1) }),
  { minLength: 1, maxLength: 12 },
);
type Draft = typeof notebook extends fc.Arbitrary<infer T> ? T : never;

const sourcesOf = (draft: Draft): Record<string, string> =>
  Object.fromEntries(
    draft.map(({ defines, reads, salt }, at) => [`c${at}`, `${defines} = [${[salt, ...reads].join()}]`]),
  );

it("plans every cell that must run once, after those it needs, and nothing else", async () => {
  const scenario = fc.record({
    before: notebook,
    edits: fc.array(fc.record({ at: fc.nat(11), salt: fc.nat(5) }), { maxLength: 3 }),
    ran: fc.array(fc.record({ at: fc.nat(11), ok: fc.boolean() }), { maxLength: 20 }),
    held: fc.subarray(Array.from({ length: 12 }, (_, at) => `c${at}` as CellId)),
    asked: fc.subarray(
      Array.from({ length: 12 }, (_, at) => `c${at}` as CellId),
      { minLength: 1 },
    ),
  });
  await checkProperty(
    "planRun",
    500,
    fc.property(scenario, ({ before, edits, ran, held, asked }) => {
      const old = flowOf(sourcesOf(before));
      const ids = [...old.keys()];
      const runs = new Map<CellId, RunRecord>();
      for (const { at, ok } of ran) {
        const id = ids[at % ids.length]!;
        runs.set(id, recordOf(old, runs, id, ok ? "ok" : "error"));
      }
      const edited = before.map((cell, at) => ({
        ...cell,
        salt: edits.find((edit) => edit.at === at)?.salt ?? cell.salt,
      }));
      const flow = flowOf(sourcesOf(edited));
      const planned = planRun({ flow, runs, held: new Set(held), requested: asked, hash: contentHashOfText });
      const order = planned.map(({ cell }) => cell);
      const places = new Map(order.map((cell, at) => [cell, at]));

      // Each once.
      expect(new Set(order).size).toBe(order.length);
      // What was asked for, and what it needs, and nothing else.
      const meant = asked.filter((cell) => flow.has(cell));
      const needed = new Set(meant.flatMap((cell) => [...allNeeds(flow, cell)]));
      for (const cell of meant) expect(places.has(cell)).toBe(true);
      for (const { cell, asked: own } of planned) {
        expect(own).toBe(meant.includes(cell));
        expect(own || needed.has(cell)).toBe(true);
      }
      // Nothing that must run is missing: who reads from a planned or unusable cell on the way to what was asked for.
      const freshness = freshnessOf(flow, runs, contentHashOfText);
      for (const { cell, needs } of planned) {
        for (const need of needs) {
          if (!isUsable(freshness.get(need)!)) expect(places.has(need)).toBe(true);
          for (const further of allNeeds(flow, need)) if (places.has(further)) expect(places.has(need)).toBe(true);
          // Order: after those it needs, but for circles, which are refused.
          if (places.has(need) && !cycles(flow).has(cell)) expect(places.get(need)).toBeLessThan(places.get(cell)!);
        }
      }
      for (const { cell, refusal } of planned) expect(refusal?.reason === "cycle").toBe(cycles(flow).has(cell));
    }),
  );
});
