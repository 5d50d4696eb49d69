// What the host and its exporter thread say to one another. Both are of one build and one process, so nothing is parsed.

import type { RoomId } from "#shared/base/ids.ts";
import type { ExportedNotebook } from "./exportNotebook.ts";

export interface ExportJob {
  readonly room: RoomId;
  /** Folder of the host's blobs. */
  readonly blobs: string;
  readonly updates: readonly Uint8Array[];
}

export type ExportReply =
  | { readonly type: "exported"; readonly notebook: ExportedNotebook }
  /** The room holds something else, such as the list of a class's notebooks, or nothing that can be read. */
  | { readonly type: "no-notebook" }
  | { readonly type: "failed"; readonly message: string };
