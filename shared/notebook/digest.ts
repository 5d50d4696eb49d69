// Two replicas hold the same document exactly when they know the same insertions (state vector) and the same deletions
// (delete set). The digest is a short hash of both in canonical order: peers show it to one another, and "in sync" is
// said only when digests agree.

import { sha256 } from "@noble/hashes/sha2.js";
import * as Y from "yjs";
import { toBase64url } from "../base/base64url.ts";

/** 12 bytes: two different documents agree by accident once in 2^96. */
const DIGEST_BYTES = 12;

/** Hash of everything `doc` knows. Costs a walk over the document: call it when it is quiet, not on each key. */
export function documentDigest(doc: Y.Doc): string {
  const { sv, ds } = Y.snapshot(doc);
  const numbers: number[] = [];
  for (const client of [...sv.keys()].sort((a, b) => a - b)) numbers.push(client, sv.get(client) ?? 0);
  numbers.push(-1);
  for (const client of [...ds.clients.keys()].sort((a, b) => a - b)) {
    numbers.push(client, -2);
    for (const { clock, len } of ds.clients.get(client) ?? []) numbers.push(clock, len);
  }
  const bytes = new Uint8Array(new Float64Array(numbers).buffer);
  return toBase64url(sha256(bytes).subarray(0, DIGEST_BYTES));
}

/** True if updates arrived that build on others that did not: something was lost on the way and must be asked for. */
export function hasPendingUpdates(doc: Y.Doc): boolean {
  return doc.store.pendingStructs !== null || doc.store.pendingDs !== null;
}
