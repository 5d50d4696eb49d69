import { defineConfig } from "vitest/config";
import { LongestFirst } from "./support/LongestFirst.ts";

/** The jobs suites once more over a Mosquitto, each way it can be reached. See support/jobs/classBroker.ts. */
const OVER_MOSQUITTO =
  process.env["MESHBOOK_LONG"] === "1"
    ? ["mosquitto-tcp", "mosquitto-ws"].map((broker) => ({
        test: {
          name: broker,
          root: import.meta.dirname,
          include: [
            "integration/jobs/{remoteExecution,hostileMembers}.test.ts",
            "faults/jobAgent.test.ts",
            "faults/jobs/{brokerKills,disorder}.test.ts",
          ],
          environment: "node" as const,
          env: { MESHBOOK_JOB_BROKER: broker },
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 60_000 } },
          globalSetup: ["support/brokers/findMosquitto.ts"],
        },
      }))
    : [];

/** Everything that needs no browser: one project per kind of test, so that a kind can be run alone (`--project unit`). */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      ...OVER_MOSQUITTO,
      ...["unit", "contract", "property", "integration", "faults"].map((kind) => ({
        test: {
          name: kind,
          root: import.meta.dirname,
          include: [`${kind}/**/*.test.ts`, `${kind}/**/*.test.tsx`],
          environment: "node",
          // One module graph per worker, not per file: reading it anew for each file took more time than most files' tests.
          isolate: false,
          // A unit test takes milliseconds; on a machine that others use a process may stand still for seconds.
          testTimeout: kind === "unit" ? 30_000 : 120_000,
          hookTimeout: 120_000,
          // As patient as the tests' own waiting (support/until.ts); vitest gives up after one second.
          expect: { poll: { timeout: 60_000 } },
          globalSetup: ["contract", "integration"].includes(kind) ? ["support/brokers/findMosquitto.ts"] : [],
        },
      })),
    ],
  },
});
