import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { probeSlots } from "../../workers/agent/startSlots.ts";
import { DIST, ensureBuilt } from "../support/built.ts";

let folder: string;
beforeAll(() => ensureBuilt());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "meshbook-slot-"));
  await cp(join(DIST, "slot"), folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("slots whose worker cannot be loaded", () => {
  it.each<[string, (worker: string) => Promise<void>, RegExp]>([
    [
      "throws",
      (worker) => writeFile(worker, "throw new Error('broke on purpose')"),
      /cannot be loaded: .*broke on purpose/,
    ],
    ["is no program", (worker) => writeFile(worker, "const = 1"), /cannot be loaded: /],
    ["is missing", (worker) => rm(worker), /cannot be loaded: .*slotWorker\.mjs/],
  ])("say at once why, when it %s", async (_, breakWorker, reason) => {
    await breakWorker(join(folder, "slotWorker.mjs"));
    await expect(probeSlots({}, folder)).rejects.toThrow(reason);
  });
});
