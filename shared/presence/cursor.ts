// The field in which editors (y-codemirror) show where their caret is. It comes from others and goes into Yjs, which takes
// some malformed positions for real ones: a position named by a root type would create that root in our document.

import * as Y from "yjs";
import { isRecord, readInteger } from "../base/parse.ts";

export interface CursorPositions {
  readonly anchor: Y.RelativePosition;
  readonly head: Y.RelativePosition;
}

/** Reads a cursor; undefined if there is none or it is not in a text of a cell (which are no roots). */
export function readCursor(value: unknown): CursorPositions | undefined {
  if (!isRecord(value)) return undefined;
  const anchor = readPosition(value["anchor"]);
  const head = readPosition(value["head"]);
  return anchor && head && { anchor, head };
}

function readPosition(value: unknown): Y.RelativePosition | undefined {
  if (!isRecord(value)) return undefined;
  const item = readId(value["item"]);
  const type = readId(value["type"]);
  if (item === undefined && type === undefined) return undefined;
  const assoc = readInteger(value["assoc"], -1, 1) ?? 0;
  return Y.createRelativePositionFromJSON({ item, type, assoc });
}

function readId(value: unknown): { readonly client: number; readonly clock: number } | undefined {
  if (!isRecord(value)) return undefined;
  const client = readInteger(value["client"], 0, Number.MAX_SAFE_INTEGER);
  const clock = readInteger(value["clock"], 0, Number.MAX_SAFE_INTEGER);
  return client === undefined || clock === undefined ? undefined : { client, clock };
}
