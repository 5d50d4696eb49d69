import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import type { Dispose } from "../base/dispose.ts";
import type { CellId, ContentHash, PeerId, RoomId } from "../base/ids.ts";
import type { Readable } from "../base/value.ts";
import type { CellHistory } from "../notebook/CellHistory.ts";
import type { CellOutput } from "../notebook/output.ts";
import type { RunRecord } from "../notebook/runRecord.ts";
import type { BlobStore } from "../ports/BlobStore.ts";
import type { Role } from "../rooms/access/role.ts";
import type { Subject } from "../rooms/access/statement.ts";
import type { Timeline } from "./history/timeline.ts";
import type { SafeAwareness } from "../presence/SafeAwareness.ts";
import type { ControlBoard } from "./controls/NotebookControls.ts";
import type { ExecutionControl } from "./control/ExecutionControl.ts";
import type { NotebookValues } from "./inspection/NotebookValues.ts";
import type { AccessView, CellActivity, ExecuteOptions, PeerView, Placement, SyncView } from "./views.ts";

/** One open notebook in one process. Opening runs nothing. Text is edited through `cellSource` and an editor binding. */
export interface NotebookSession {
  readonly room: RoomId;
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  /** Awareness as editors may have it: parsed states, and our cursor published at a bearable rate. */
  readonly editorAwareness: SafeAwareness;
  /** This user's structural commands, with undo. */
  readonly history: CellHistory;
  /** The notebook's dated states; undefined until its code is loaded, soon after opening. */
  readonly timeline: Readable<Timeline | undefined>;
  /** Undo of typing in one cell; one per cell, kept while the session is open. */
  textUndo(cell: CellId): Y.UndoManager | undefined;
  /** True when the document has been read from this device, so that what is shown is at least what was here. */
  readonly loaded: Readable<boolean>;
  readonly sync: Readable<SyncView>;
  readonly peers: Readable<readonly PeerView[]>;
  readonly access: Readable<AccessView>;
  /** For who made the notebook: devices that a new key would reach (`Meshbook.changeKey`). All others would be left behind. */
  readonly moves: { readonly canFollow: Readable<ReadonlySet<PeerId>> };
  /**
   * Says what a device may do, or everybody who is not named (`"*"`). Heard at once, or when the host can be reached.
   * Rejects with BadInputError where this device has no say, or the notebook has no host. `name`: of the device, for lists.
   */
  setRole(subject: Subject, role: Role, name: string): Promise<void>;
  /** The room the notebook has now, when it was given a new key; everything of this one is in it. */
  readonly movedTo: Readable<RoomId | undefined>;
  /** Shows others which cell we are in. */
  setFocus(cell: CellId | undefined): void;

  /**
   * Executes cells in the given order, after those they need that are stale or never ran. Of a cell that is marked for it
   * (kept/memoMark.ts), a result that was kept of the same code and inputs is taken instead.
   */
  execute(cells: readonly CellId[], placement?: Placement, options?: ExecuteOptions): void;
  /** Gives our run of this cell the line of text that it waits for (see `CellActivity`). */
  answer(cell: CellId, text: string): void;
  /** Stops what runs or waits in these cells, or everything of ours. */
  stop(cells?: readonly CellId[]): void;
  /** Cells that were asked for and will not run, because one before them failed. */
  onSkipped(listener: (skipped: SkippedCells) => void): Dispose;
  activity(cell: CellId): Readable<CellActivity>;
  /** Number of our executions that run or wait. */
  readonly busy: Readable<number>;
  /** Where the controls that cells show stand. */
  readonly controls: ControlBoard;
  /** What runs and waits, in order, and the kernels of this computer. */
  readonly control: ExecutionControl;
  /** What can be seen of the values that kernels of this computer hold. */
  readonly values: NotebookValues;

  /** Files and outputs of this notebook. */
  readonly blobs: BlobStore;
  /** An output that is not inline, if a run of this page gave it lately: it need not be read back. */
  madeOutput(hash: ContentHash): CellOutput | undefined;
  /** JSON text of an output that is not inline; undefined if nobody reachable has it. */
  readOutputBody(hash: ContentHash): Promise<string | undefined>;
  /** The device that made the outputs in this record of this cell; undefined if no signature of it proves that. */
  outputAuthor(cell: CellId, record: RunRecord): Promise<PeerId | undefined>;
  /** Resolves when everything is saved on this device, or cannot be; then detaches all sources. */
  close(): Promise<void>;
}

export interface SkippedCells {
  readonly cells: readonly CellId[];
  readonly failed: CellId;
}
