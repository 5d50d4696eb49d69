import * as Y from "yjs";

/** Typing pauses longer than this start a new undo step, in milliseconds. */
const CAPTURE_TIMEOUT = 400;
/** Steps kept per cell: an undo manager pins deleted text in memory. */
const TEXT_UNDO_LIMIT = 200;

/**
 * Undo of this user's typing in one cell. It tracks no origin by itself: the editor bound to the cell adds its own
 * (y-codemirror does), so edits by others are never undone.
 */
export function createTextUndo(source: Y.Text): Y.UndoManager {
  const undo = new Y.UndoManager(source, { captureTimeout: CAPTURE_TIMEOUT, trackedOrigins: new Set() });
  undo.on("stack-item-added", () => {
    if (undo.undoStack.length > TEXT_UNDO_LIMIT) undo.undoStack.shift();
  });
  return undo;
}
