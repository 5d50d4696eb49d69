// Entry of the worker that reads all notebooks of this device. It says one thing and is ended.

import { IndexedDbHistoryStore } from "../indexeddb/IndexedDbHistoryStore.ts";
import { deviceReferences } from "./deviceReferences.ts";

deviceReferences(new IndexedDbHistoryStore()).then(
  (hashes) => postMessage(hashes),
  () => postMessage(undefined),
);
