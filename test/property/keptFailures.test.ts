// Every life that a model found wanting, lived through again. A log is what `checkProperty` printed; `why` says what was
// wrong. Where a model's replicas have random ids, a log is the way there and not each step of it.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectConvergence, expectRoomAnywhere } from "../support/models/convergentNotebook.ts";
import { expectHonestLife } from "../support/models/honestLife.ts";
import { expectRestoredTogether } from "../support/models/restoredNotebook.ts";
import { expectSoundProtocol } from "../support/models/jobs/jobProtocol.ts";

const FOLDER = join(import.meta.dirname, "../fixtures/sync/logs");

interface KeptFailure {
  readonly model: string;
  readonly found: string;
  readonly why: string;
  readonly arguments: readonly unknown[];
}

/** reason: logs are files of this repository, written by the model that reads them. */
const MODELS: Readonly<Record<string, (...given: never[]) => unknown>> = {
  "sync truth": expectHonestLife,
  "notebook convergence": expectConvergence,
  "insert anywhere": expectRoomAnywhere,
  "restore concurrently": expectRestoredTogether,
  "job protocol": expectSoundProtocol,
};

describe("a failure that was found once", () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));

  it.each(files)("does not happen again: %s", async (file) => {
    const log = JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as KeptFailure;
    expect(log.why).not.toBe("");
    const model = MODELS[log.model];
    if (model === undefined) throw new Error(`there is no model "${log.model}"`);
    await model(...(log.arguments as never[]));
  });

  it("is kept in a file", () => expect(files.length).toBeGreaterThan(0));
});
