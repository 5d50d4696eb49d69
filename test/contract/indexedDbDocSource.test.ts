import "fake-indexeddb/auto";
import { describe, it } from "vitest";
import { FakePage } from "../support/diskRoom.ts";
import { docSourceCases } from "./docSource.ts";
import { indexedDbHarness } from "./indexedDbHarness.ts";

describe("IndexedDbDocSource on fake-indexeddb keeps the contract of a DocSource: it", () => {
  for (const { name, run } of docSourceCases(indexedDbHarness(new FakePage()))) it(name, run);
});
