import * as Y from "yjs";
import type { CellId } from "#shared/base/ids.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { fakeId } from "../fake/FakeMeshbook.ts";
import type { FakeNotebookSession } from "../fake/FakeNotebookSession.ts";

interface CursorOptions {
  readonly client: number;
  readonly peer: string;
  readonly name: string;
  readonly cell: CellId | undefined;
  readonly from: number;
  readonly to: number;
}

/** Puts somebody's caret, or selection, into a cell. */
export function putCursor({ doc, awareness }: FakeNotebookSession, options: CursorOptions): void {
  const text = options.cell === undefined ? undefined : cellSource(notebookRoots(doc).cells, options.cell);
  if (text === undefined) return;
  const at = (index: number): unknown => Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index));
  const cursor = { anchor: at(options.from), head: at(options.to) };
  awareness.states.set(options.client, { peer: fakeId(options.peer), user: { name: options.name }, cursor });
  awareness.emit("change", [{ added: [options.client], updated: [], removed: [] }, "stage"]);
}
