import * as Y from "yjs";
import type { Dispose } from "#shared/base/dispose.ts";
import type { PeerColor } from "#shared/presence/presence.ts";
import type { AwarenessChange, SafeAwareness, SafeState } from "#shared/presence/SafeAwareness.ts";

/** Where somebody else's caret and selection are. */
export interface RemoteCursor {
  readonly client: number;
  readonly name: string;
  readonly color: PeerColor;
  readonly text: Y.Text;
  readonly anchor: Y.RelativePosition;
  readonly head: Y.RelativePosition;
  /** Grows with each move, so that a view can tell a move from a repaint. */
  readonly moves: number;
}

/**
 * The carets of all peers, read once for the whole notebook: with thirty peers and a dozen editors on the screen, each
 * editor reading all of awareness on each change would cost more than the typing.
 */
export class RemoteCursors {
  readonly #awareness: SafeAwareness;
  readonly #nameOf: (state: SafeState) => string;
  readonly #cursors = new Map<number, RemoteCursor>();
  readonly #listeners = new Map<Y.Text, Set<() => void>>();
  readonly #onChange: (change: AwarenessChange) => void;

  /** `nameOf`: how somebody is called here. */
  constructor(awareness: SafeAwareness, nameOf: (state: SafeState) => string) {
    this.#awareness = awareness;
    this.#nameOf = nameOf;
    this.#onChange = ({ added, updated, removed }) => this.#read([...added, ...updated, ...removed]);
    this.readAgain();
    awareness.on("change", this.#onChange);
  }

  dispose(): void {
    this.#awareness.off("change", this.#onChange);
  }

  /** People may be called otherwise now. */
  readAgain(): void {
    this.#read([...this.#awareness.getStates().keys()]);
  }

  /** Carets in one text. */
  in(text: Y.Text): readonly RemoteCursor[] {
    return [...this.#cursors.values()].filter((cursor) => cursor.text === text);
  }

  /** Hears when a caret came into, moved in, or left one text. */
  watch(text: Y.Text, listener: () => void): Dispose {
    const listeners = this.#listeners.get(text) ?? new Set();
    this.#listeners.set(text, listeners);
    const own = (): void => listener();
    listeners.add(own);
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#listeners.get(text) === listeners) this.#listeners.delete(text);
    };
  }

  /** Shows others our selection, as positions in `text`; undefined: we are in no text. */
  publish(text: Y.Text | undefined, anchor: number, head: number): void {
    const cursor =
      text === undefined
        ? null // reason for null: y-codemirror's own field, as its stock clients write it
        : { anchor: relative(text, anchor), head: relative(text, head) };
    this.#awareness.setLocalStateField("cursor", cursor);
  }

  #read(clients: readonly number[]): void {
    const touched = new Set<Y.Text>();
    for (const client of clients) {
      if (client === this.#awareness.clientID) continue;
      const before = this.#cursors.get(client);
      const after = this.#cursorOf(client, (before?.moves ?? 0) + 1);
      if (before === undefined && after === undefined) continue;
      if (before !== undefined && after !== undefined && sameCursor(before, after)) continue;
      if (after === undefined) this.#cursors.delete(client);
      else this.#cursors.set(client, after);
      if (before !== undefined) touched.add(before.text);
      if (after !== undefined) touched.add(after.text);
    }
    for (const text of touched) this.#listeners.get(text)?.forEach((listener) => listener());
  }

  #cursorOf(client: number, moves: number): RemoteCursor | undefined {
    const state = this.#awareness.getStates().get(client);
    if (state?.cursor === undefined || state.cursor === null) return undefined;
    const { anchor, head } = state.cursor;
    const [name, color] = [this.#nameOf(state), state.user.colorName];
    const text = absolute(head, this.#awareness.doc)?.type;
    if (!(text instanceof Y.Text) || absolute(anchor, this.#awareness.doc)?.type !== text) return undefined;
    return { client, name, color, text, anchor, head, moves };
  }
}

/** The index a position stands for now; undefined if it stands for none. Positions of others may be anything. */
export function absolute(
  position: Y.RelativePosition,
  doc: Y.Doc,
): { readonly type: unknown; readonly index: number } | undefined {
  try {
    return Y.createAbsolutePositionFromRelativePosition(position, doc) ?? undefined;
  } catch {
    // Yjs throws on ids that no document can have.
    return undefined;
  }
}

const relative = (text: Y.Text, index: number): unknown =>
  Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index));

const sameCursor = (a: RemoteCursor, b: RemoteCursor): boolean =>
  a.text === b.text &&
  a.name === b.name &&
  a.color === b.color &&
  Y.compareRelativePositions(a.anchor, b.anchor) &&
  Y.compareRelativePositions(a.head, b.head);
