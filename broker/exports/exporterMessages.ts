// What the host and its exporter thread say to one another. Both are of one build and one process, so nothing is parsed.

import type { ContentHash, RoomId } from "#shared/base/ids.ts";
import type { ExportedNotebook } from "./exportNotebook.ts";

export type ThreadJob = ExportJob | ReferencesJob;

export interface ExportJob {
  readonly type: "export";
  readonly room: RoomId;
  /** Folder of the host's blobs. */
  readonly blobs: string;
  readonly updates: readonly Uint8Array[];
}

/** Which blobs a document mentions: one of the archive, or a kept state of its history. */
export interface ReferencesJob {
  readonly type: "references";
  readonly from:
    | { readonly updates: readonly Uint8Array[] }
    | { readonly state: Uint8Array; readonly hash: ContentHash };
}

export type ThreadReply =
  | { readonly type: "exported"; readonly notebook: ExportedNotebook }
  | { readonly type: "references"; readonly hashes: ReadonlySet<ContentHash> }
  /** The room holds something else, such as the list of a class's notebooks, or nothing that can be read whole. */
  | { readonly type: "no-notebook" }
  | { readonly type: "failed"; readonly message: string };
