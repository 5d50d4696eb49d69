/**
 * Where an agent keeps the ends of jobs that nobody confirmed, with all their output, so that they outlive its process.
 * One process at a time uses it. Nothing of it rejects: a store that refuses (disk full) keeps what it was given in
 * memory, says so to its operator, and tries again until it succeeds or what it holds is removed.
 */
export interface EndStore {
  /** All that was kept and not removed. Waits while an earlier process still has the store. Damaged records are left out. */
  load(): Promise<readonly Uint8Array[]>;
  /** Keeps a record under a key, in place of what was there. It is on its way to the disk, not there. */
  put(key: string, record: Uint8Array): void;
  remove(key: string): void;
  /** Resolves with true when everything put and removed so far is on the disk, with false when it was refused. */
  flush(): Promise<boolean>;
  /** Writes what waits, if it can, and gives the store back. */
  close(): Promise<void>;
}
