import { test as base } from "playwright/test";
import { ensureBuilt } from "../support/built.ts";
import { startHost, type RunningHost } from "../support/startHost.ts";

/** A test with a class host of its own, as `npm start` gives one, on a data folder that is thrown away. */
export const test = base.extend<{ readonly host: RunningHost; readonly everybodyLeaves: undefined }>({
  // People who stay would go on working beside all later tests.
  everybodyLeaves: [
    async ({ browser }, run) => {
      await run(undefined);
      for (const context of browser.contexts()) await context.close();
    },
    { auto: true },
  ],
  // oxlint-disable-next-line no-empty-pattern -- playwright reads the names of what a fixture needs from this pattern
  host: async ({}, run) => {
    await ensureBuilt("node and web");
    const host = await startHost();
    await run(host);
    await host.stop();
  },
});
