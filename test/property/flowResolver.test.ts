import fc from "fast-check";
import { expect, it } from "vitest";
import { ok } from "#shared/base/result.ts";
import type { CellId } from "#shared/base/ids.ts";
import { FlowResolver } from "#shared/dataflow/FlowResolver.ts";
import { resolveInputs, type CompiledSource } from "#shared/dataflow/resolveInputs.ts";
import { checkProperty } from "../support/property.ts";

const names = fc.subarray(["u", "v", "w", "x", "y", "X", "Y"]);
const cell = fc.record({ defines: names, inputs: names, globals: names, fallbacks: names, tables: names });
const edit = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("change" as const), at: fc.nat(9), cell }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("insert" as const), at: fc.nat(9), cell }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("remove" as const), at: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("swap" as const), at: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("nothing" as const), at: fc.nat(9) }) },
);

let made = 0;
const compiled = (value: typeof cell extends fc.Arbitrary<infer T> ? T : never): CompiledSource => ({
  id: `c${++made}` as CellId,
  source: String(made),
  compiled: ok({
    language: "javascript",
    code: "",
    ...value,
    inputs: [...new Set([...value.inputs, ...value.tables])],
  }),
});

it("binds after any edits as if all were bound anew", async () => {
  await checkProperty(
    "flow resolver",
    300,
    fc.property(fc.array(cell, { maxLength: 10 }), fc.array(edit, { maxLength: 20 }), (first, edits) => {
      const resolver = new FlowResolver();
      let cells: readonly CompiledSource[] = first.map(compiled);
      expect(resolver.resolve(cells)).toEqual(resolveInputs(cells));
      for (const one of edits) {
        const at = one.at % Math.max(1, cells.length);
        const next = [...cells];
        if (one.type === "insert") next.splice(at, 0, compiled(one.cell));
        else if (one.type === "remove") next.splice(at, 1);
        else if (one.type === "swap") next.push(...next.splice(at, 1));
        else if (one.type === "change" && cells[at] !== undefined) {
          next[at] = { ...compiled(one.cell), id: cells[at].id };
        }
        cells = next;
        expect(resolver.resolve(cells)).toEqual(resolveInputs(cells));
      }
    }),
  );
});
