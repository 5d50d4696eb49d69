// What a backup holds, as a tar file:
//   meshbook-backup.json   which of the folders below are databases
//   <database>/<key>       one record each, with its checksum, as it is stored
//   class.json, blobs/…    every other file of the data folder
//   checksum.sha256        of all bytes before it
// Left out: the local agent's key (two agents with one key would drive each other out), exported notebooks (they are
// made anew), notes about blobs (after a restore their time begins anew), and what only a running host needs.

import { mib, type Bytes } from "#shared/base/units.ts";

export const MANIFEST = "meshbook-backup.json";
export const CHECKSUM = "checksum.sha256";
export const BACKUP_FORMAT = 1;

/** Parts of a data folder that a backup leaves out. */
export const LEFT_OUT: ReadonlySet<string> = new Set(["agent", "notebooks", "blob-notes", "running.json"]);

/** Largest entry that is read: a snapshot of the largest document, with room to spare. */
export const ENTRY_LIMIT: Bytes = mib(1024);

/** The file by which a folder is known to be of a host: that of a class, or of a blind host. */
export const HOST_FILES = ["class.json", "blind.json"] as const;

export interface BackupManifest {
  readonly format: typeof BACKUP_FORMAT;
  /** Names of the folders that are databases. */
  readonly databases: readonly string[];
}

/** A database of the data folder, whoever has it open. */
export interface RecordSource {
  /** All records as they are at the instant of the call, whatever is written meanwhile. */
  records(): AsyncIterable<readonly [key: string, record: Uint8Array]>;
}

export interface BackupCounts {
  readonly records: number;
  readonly files: number;
}
