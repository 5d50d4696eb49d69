import type { RoomRef } from "#shared/rooms/roomLink.ts";
import type { RecordSource } from "../backup/backupContent.ts";
import type { RoomHistories } from "../history/RoomHistories.ts";
import type { BlobFiles } from "../blobs/BlobFiles.ts";
import type { BlindHub, SeeingHub } from "../sync/SyncHub.ts";

/** Whom a host says it is. */
export interface HostIdentity {
  readonly name: string;
  /** The class it hosts; undefined where it does not know, because it is blind. */
  readonly class: RoomRef | undefined;
}

/** Everything a host keeps, open. */
export interface HostStores {
  readonly identity: HostIdentity;
  readonly documents: SeeingHub | BlindHub;
  readonly blobs: BlobFiles;
  /** Undefined where documents cannot be read. */
  readonly histories: RoomHistories | undefined;
  /** How many of each thing it keeps. */
  readonly counts: Readonly<Record<string, () => Promise<number>>>;
  /** Every database in the data folder, by the name of its folder, for backups. */
  readonly databases: Readonly<Record<string, RecordSource>>;
}

/** What of a host's options its stores need. */
export interface StoresOptions {
  readonly dist: string;
  readonly name: string | undefined;
  readonly withHub: boolean;
}
