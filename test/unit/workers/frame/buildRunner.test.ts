import { expect, it } from "vitest";
import { bundleRunner } from "../../../../workers/frame/buildRunner.mjs";

it("leaves classes the names under which cells show their values", async () => {
  const page = await bundleRunner();
  // What `cluster.broadcast` gives.
  expect(/\bShared ?= ?class\b|\bclass Shared\b/.test(page)).toBe(true);
});
