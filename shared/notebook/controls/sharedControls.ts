// Where the shared controls of a notebook stand: in the document, beside the runs, since whoever may run may move them.

import type * as Y from "yjs";
import { CellId } from "../../base/ids.ts";
import { USER } from "../origins.ts";
import { notebookRoots } from "../schema.ts";
import { isSharedKey, KEY_LIMIT, parseControlValue, type ControlValue } from "./control.ts";

/** A control of a cell, and where it stands; undefined: where its cell puts it. */
export interface ControlMove {
  readonly cell: CellId;
  readonly key: string;
  readonly value: ControlValue | undefined;
}

/** Between a cell's id, which cannot hold it, and the control's key. */
const SEPARATOR = "/";

export function moveShared(doc: Y.Doc, moves: readonly ControlMove[]): void {
  if (moves.length === 0) return;
  doc.transact(() => {
    const { controls } = notebookRoots(doc);
    for (const { cell, key, value } of moves) {
      const name = `${cell}${SEPARATOR}${key}`;
      if (value === undefined) controls.delete(name);
      else controls.set(name, value);
    }
  }, USER);
}

/** Every control that stands elsewhere than its cell puts it. What is no such thing is left out. */
export function readShared(doc: Y.Doc): readonly (ControlMove & { readonly value: ControlValue })[] {
  const found: (ControlMove & { readonly value: ControlValue })[] = [];
  for (const [name, stored] of notebookRoots(doc).controls) {
    const at = name.indexOf(SEPARATOR);
    const cell = CellId.parse(name.slice(0, Math.max(at, 0)));
    const key = name.slice(at + 1);
    const value = parseControlValue(stored);
    const sound = isSharedKey(key) && key.length <= KEY_LIMIT;
    if (cell !== undefined && sound && value !== undefined && !isFile(value)) found.push({ cell, key, value });
  }
  return found;
}

const isFile = (value: ControlValue): boolean => typeof value === "object" && "base64" in value;
