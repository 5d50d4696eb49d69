// The promise of the document: whatever 2–5 people do to one notebook while updates between them are delayed, doubled,
// reordered and lost until the next reconnect, everybody ends with the same notebook, and no cell and no typing is lost
// or doubled.

import fc from "fast-check";
import { describe, it } from "vitest";
import {
  expectConvergence,
  expectRoomAnywhere,
  type NotebookEdit,
  type NotebookStep,
} from "../support/models/convergentNotebook.ts";
import { checkProperty } from "../support/property.ts";

const small = fc.nat({ max: 40 });
const who = fc.nat({ max: 4 });
const edits: readonly NotebookEdit[] = [
  "insert",
  "move",
  "delete",
  "restore",
  "kind",
  "type",
  "type",
  "type",
  "cut",
  "collide",
];
const step: fc.Arbitrary<NotebookStep> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constantFrom(...edits), who, at: small, to: small }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("undo" as const), who, back: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("import" as const), who }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("deliver" as const),
      from: who,
      to: who,
      pick: small,
      twice: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("sync" as const), from: who, to: who }) },
);

describe("a notebook edited by several people over a bad network", () => {
  it("ends the same for everybody, with no cell and no typing lost or doubled", { timeout: 600_000 }, async () => {
    await checkProperty(
      "notebook convergence",
      400,
      fc.property(fc.integer({ min: 2, max: 5 }), fc.array(step, { maxLength: 80 }), expectConvergence),
    );
  });

  it("can always take another cell at any place afterwards", { timeout: 600_000 }, async () => {
    await checkProperty(
      "insert anywhere",
      150,
      fc.property(fc.array(step, { maxLength: 60 }), small, expectRoomAnywhere),
    );
  });
});
