// The document of a notebook: one Y.Doc with seven root maps. Names and shapes here are stored for ever, on every replica.

import type * as Y from "yjs";

/** The schema this code writes. Additions keep the number; a change that older code would damage raises it. */
export const SCHEMA_VERSION = 1;
/** The oldest code that may edit what this code writes. */
export const MIN_READER = 1;

/** `meta`: plain values, last writer wins. */
export const META = {
  schema: "schema",
  minReader: "minReader",
  title: "title",
  language: "language",
  /** Seconds that a cell may run; 0: no limit. */
  timeLimit: "timeLimit",
  /** MiB that a cell may take. */
  memoryLimit: "memoryLimit",
  /** True: running a cell runs what reads from it, too. */
  reactive: "reactive",
  /** Begins the name under which stands what an import's text, which follows, was pinned to (packagePins.ts). */
  package: "package:",
  /** Begins the name under which stand the wheels that the name of a module, which follows, was pinned to (wheelPins.ts). */
  wheel: "wheel:",
  /** What `.ipynb` export needs to give a file back as it came (see formats/). */
  ipynb: "ipynb",
} as const;

/** One cell, a Y.Map in `cells` under its id. `source` is created with the cell and never replaced. */
export const CELL = {
  kind: "kind",
  language: "language",
  position: "pos",
  source: "src",
  options: "opts",
  metadata: "metadata",
  deleted: "del",
  /** As `META.ipynb`, for one cell. Absent for cells that never came from a file. */
  ipynb: "ipynb",
} as const;

export interface NotebookRoots {
  readonly meta: Y.Map<unknown>;
  /** Cell id → Y.Map of `CELL` keys. A map by random id, never an array: a moved cell keeps concurrent typing. */
  readonly cells: Y.Map<unknown>;
  /** Cell id → `RunRecord` as plain JSON, replaced whole. */
  readonly runs: Y.Map<unknown>;
  /** Cell id → `OutputsSoFar` as plain JSON (see outputsSoFar.ts). */
  readonly soFar: Y.Map<unknown>;
  /** Cell id, `/` and key of a shared control → where it stands (see controls/). */
  readonly controls: Y.Map<unknown>;
  /** Hash of what a result follows from → `KeptEntry` as plain JSON (see kept/). */
  readonly kept: Y.Map<unknown>;
  /** File name → `{ hash, mime, size }`. */
  readonly files: Y.Map<unknown>;
}

export function notebookRoots(doc: Y.Doc): NotebookRoots {
  return {
    meta: doc.getMap("meta"),
    cells: doc.getMap("cells"),
    runs: doc.getMap("runs"),
    soFar: doc.getMap("soFar"),
    controls: doc.getMap("controls"),
    kept: doc.getMap("kept"),
    files: doc.getMap("files"),
  };
}

/**
 * What may be done with a document, judged by its history, never by "it has no cells":
 * `absent` – nothing has arrived yet, so nothing may be shown as empty or filled in;
 * `too-new` – written for newer code: show, never edit;
 * `ready` – show and edit.
 */
export type DocumentState = "absent" | "too-new" | "ready";

export function documentState(doc: Y.Doc): DocumentState {
  const { meta } = notebookRoots(doc);
  const schema = meta.get(META.schema);
  if (typeof schema !== "number") return "absent";
  const minReader = meta.get(META.minReader);
  return typeof minReader === "number" && minReader > SCHEMA_VERSION ? "too-new" : "ready";
}
