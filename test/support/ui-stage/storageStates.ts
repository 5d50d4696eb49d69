import type { SourceStatus } from "#shared/ports/DocSource.ts";
import { storageFailure } from "../../../renderer/adapters/indexeddb/storageFailure.ts";
import { CLEARED, damagedWarning } from "../../../renderer/adapters/indexeddb/storageWarnings.ts";

const failed = (name: string): SourceStatus => ({
  state: "failed",
  ...storageFailure(new DOMException("stage", name)),
});

/** What storage says in each of its states that people are told of, in its own words. */
export const STORAGE_STATES: Readonly<Record<string, SourceStatus>> = {
  "notebook-storage-failed": failed("QuotaExceededError"),
  "notebook-storage-closed": failed("InvalidStateError"),
  "notebook-storage-private": failed("SecurityError"),
  "notebook-storage-damaged": { state: "connected", held: true, warning: damagedWarning(1) },
  "notebook-storage-cleared": { state: "connected", held: true, warning: CLEARED },
};
