import { defineConfig } from "vitest/config";

/** Everything that needs no browser: one project per kind of test, so that a kind can be run alone (`--project unit`). */
export default defineConfig({
  test: {
    projects: ["unit", "contract", "property", "integration", "faults"].map((kind) => ({
      test: {
        name: kind,
        root: import.meta.dirname,
        include: [`${kind}/**/*.test.ts`, `${kind}/**/*.test.tsx`],
        environment: "node",
        testTimeout: kind === "unit" ? 10_000 : 120_000,
        hookTimeout: 120_000,
        // As patient as the tests' own waiting (support/until.ts); vitest gives up after one second.
        expect: { poll: { timeout: 60_000 } },
        globalSetup: ["contract", "integration"].includes(kind) ? ["support/brokers/findMosquitto.ts"] : [],
      },
    })),
  },
});
