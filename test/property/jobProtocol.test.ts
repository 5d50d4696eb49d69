import fc from "fast-check";
import { describe, it } from "vitest";
import { AGENTS, expectSoundProtocol, SUBMITTERS, type ProtocolCommand } from "../support/models/jobs/jobProtocol.ts";
import { checkProperty, LONG } from "../support/property.ts";

const who = fc.nat(Math.max(AGENTS, SUBMITTERS) - 1);
const plan = fc.record({ outputs: fc.nat(3), time: fc.constantFrom(0, 100, 3_000, 8_000) });
const faults = fc.record({
  lost: fc.constantFrom(0, 0.2, 0.5, 1),
  repeated: fc.constantFrom(0, 0.2, 0.5),
  delay: fc.constantFrom(1, 50, 2_000, 12_000),
});
const command: fc.Arbitrary<ProtocolCommand> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("submit" as const), who, plan }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("pass" as const), time: fc.integer({ min: 0, max: 6_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), nth: fc.nat(10) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("faults" as const), faults }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "crash" as const,
        "freeze" as const,
        "thaw" as const,
        "cut-agent" as const,
        "mend-agent" as const,
      ),
      who,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("cut-submitter" as const, "mend-submitter" as const), who }),
  },
);

describe("the job protocol", () => {
  it(
    "ends each job once, accepts one attempt of it, and leaves nothing stuck when the network has healed",
    async () => {
      await checkProperty(
        "job protocol",
        200,
        fc.property(fc.nat(), fc.array(command, { maxLength: 40 }), (seed, commands) => {
          expectSoundProtocol(seed, commands);
        }),
      );
    },
    LONG ? 900_000 : 60_000,
  );
});
