import { defineConfig } from "playwright/test";
import { chromiumFlags, findChromium } from "../support/chromium.ts";
import { LAN_FLAG } from "../support/lanName.ts";

/** One spec per promise to the user, in a real Chromium. */
export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  outputDir: "../../test-results/e2e",
  // JSON goes to the file that `npm test` counts from; by hand there is none.
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME === undefined ? [["list"]] : [["list"], ["json"]],
  // Two people, their browsers and a class host share two cores; on a busy machine a promise is kept late, not broken.
  timeout: 180_000,
  expect: { timeout: 60_000 },
  // Specs wait for a state most of the time: on two cores three are faster than two.
  workers: 3,
  // Each test has a host or a page of its own, so the last long file keeps no worker waiting.
  fullyParallel: true,
  forbidOnly: true,
  // Two cores that something else uses too keep some promises late. What passes only then is named at the end of `npm test`.
  retries: 1,
  use: {
    // The same for all specs: one that wants another browser, or a trace, costs a process and its start each time.
    launchOptions: { executablePath: await findChromium(), args: [...chromiumFlags(), LAN_FLAG] },
  },
});
