import type { CellId, RoomId } from "#shared/base/ids.ts";
import type { CellMode } from "./notebookUi.ts";

/** Where somebody was in a notebook that has another room now (rooms/moving): there they go on, in its new page. */
export interface Whereabouts {
  readonly room: RoomId;
  readonly cell: CellId;
  readonly mode: CellMode;
  /** UTF-16 units into the text; undefined: it had no editor yet. */
  readonly caret: number | undefined;
}
