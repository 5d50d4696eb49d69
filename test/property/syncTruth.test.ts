// Replicas with a disk each, a host and a mesh between them, faults in both: they converge when the faults end, and until
// then nothing that is said of them is false at any instant.

import fc from "fast-check";
import { describe, it } from "vitest";
import { expectHonestLife, type WorldCommand } from "../support/models/honestLife.ts";
import { checkProperty } from "../support/property.ts";

const who = fc.nat(4);
const word = fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom("a", "b", "c", "é", "😀") });
const command: fc.Arbitrary<WorldCommand> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("insert" as const), who, at: fc.nat(), text: word }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("delete" as const), who, at: fc.nat(), text: word }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom("cut-host" as const, "heal-host", "cut-mesh", "heal-mesh"), who }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("host-down" as const, "host-up", "join", "calm") }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("partition" as const),
      groups: fc.array(fc.nat(1), { minLength: 5, maxLength: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("faults" as const),
      loss: fc.constantFrom(0, 0.1, 0.5, 1),
      duplicate: fc.constantFrom(0, 0.3),
      delay: fc.constantFrom(0, 50, 3_000),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("wait" as const), time: fc.constantFrom(1, 20, 450, 6_000) }) },
);

describe("replicas under faults", () => {
  it("never say what is not so, and agree when the faults are over", async () => {
    await checkProperty(
      "sync truth",
      60,
      fc.asyncProperty(
        fc.nat(),
        fc.integer({ min: 2, max: 5 }),
        fc.array(command, { maxLength: 50 }),
        expectHonestLife,
      ),
    );
  }, 1_200_000);
});
