import type { RunId } from "../base/ids.ts";

/**
 * Who made a transaction. `Y.UndoManager` and the sources compare origins by identity, so `USER` is one object.
 * Editors (y-codemirror) and third-party providers use origins of their own: an unknown origin is "somebody else".
 */
export type DocOrigin =
  | { readonly by: "user" }
  | { readonly by: "creation" }
  | { readonly by: "execution"; readonly run: RunId }
  | { readonly by: "source"; readonly source: string };

/** This user changed cells by a command. */
export const USER: DocOrigin = Object.freeze({ by: "user" });

/** The first content of a notebook, written once by whoever creates it. */
export const CREATION: DocOrigin = Object.freeze({ by: "creation" });

/** Edits that came in a `.meshbook` file. */
export const IMPORTED_FILE: DocOrigin = Object.freeze({ by: "source", source: "file" });

/**
 * Another tab of this browser changed the document. On ways that one tab holds for all it must pass such changes on like
 * its own, because nobody else will.
 */
export const OTHER_TAB: DocOrigin = Object.freeze({ by: "source", source: "tabs" });

export const executionOrigin = (run: RunId): DocOrigin => ({ by: "execution", run });
