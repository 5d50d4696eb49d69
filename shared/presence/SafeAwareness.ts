// Awareness as an editor binding may have it. y-codemirror.next reads states as they came and writes their colours into
// style attributes; here it finds only what was parsed, with colours of our own.

import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import { disposeAll, type Dispose } from "../base/dispose.ts";
import { Emitter } from "../base/emitter.ts";
import type { PeerId } from "../base/ids.ts";
import { readCursor, type CursorPositions } from "./cursor.ts";
import type { LocalPresence } from "./LocalPresence.ts";
import { PEER_CSS, type CssColor } from "./peerColors.ts";
import { parsePresence, type PeerColor, type Presence } from "./presence.ts";

/** One peer, in the fields that editors read. Also what `parsePresence` reads, so that a state can be parsed twice. */
export interface SafeState {
  readonly peer: PeerId;
  readonly user: { readonly name: string; readonly colorName: PeerColor } & CssColor;
  /** The device `peer` signed that it is shown here by this name. */
  readonly proven: boolean;
  readonly cell: string | undefined;
  readonly cursor: CursorPositions | null;
}

/** Whether a device signed what its client shows. */
export type ProvenBy = (client: number, presence: Presence, state: unknown) => boolean;

export interface AwarenessChange {
  readonly added: number[];
  readonly updated: number[];
  readonly removed: number[];
}

type ChangeListener = (change: AwarenessChange, origin: unknown) => void;

/** The part of `Awareness` that y-codemirror.next uses, with states that are safe to show. */
export class SafeAwareness {
  readonly doc: Y.Doc;
  readonly clientID: number;
  readonly #awareness: Awareness;
  readonly #local: LocalPresence;
  readonly #isProven: ProvenBy;
  readonly #states = new Map<number, SafeState>();
  readonly #changes = new Emitter<readonly [AwarenessChange, unknown]>();
  readonly #listeners = new Map<ChangeListener, Dispose>();

  constructor(awareness: Awareness, local: LocalPresence, isProven: ProvenBy) {
    this.doc = awareness.doc;
    this.clientID = awareness.clientID;
    this.#awareness = awareness;
    this.#local = local;
    this.#isProven = isProven;
    for (const client of awareness.getStates().keys()) this.#read(client);
    awareness.on("change", this.#changed);
  }

  getStates(): ReadonlyMap<number, SafeState> {
    return this.#states;
  }

  /** What we show, including what is about to be published. */
  getLocalState(): Readonly<Record<string, unknown>> | null {
    return this.#local.state;
  }

  /** Publishes within `PUBLISH_SPACING`. */
  setLocalStateField(field: string, value: unknown): void {
    this.#local.set(field, value);
  }

  on(_event: "change", listener: ChangeListener): void {
    if (this.#listeners.has(listener)) return;
    this.#listeners.set(
      listener,
      this.#changes.subscribe(([change, origin]) => listener(change, origin)),
    );
  }

  off(_event: "change", listener: ChangeListener): void {
    this.#listeners.get(listener)?.();
    this.#listeners.delete(listener);
  }

  /** Whether this client's device signed what it shows is known now, or no longer. */
  readAgain(client: number): void {
    const before = this.#states.get(client)?.proven;
    this.#read(client);
    if (this.#states.get(client)?.proven === before) return;
    this.#changes.emit([{ added: [], updated: [client], removed: [] }, "proof"]);
  }

  dispose(): void {
    this.#awareness.off("change", this.#changed);
    disposeAll([...this.#listeners.values()]);
    this.#listeners.clear();
  }

  readonly #changed: ChangeListener = ({ added, updated, removed }, origin) => {
    for (const client of [...added, ...updated, ...removed]) this.#read(client);
    this.#changes.emit([{ added, updated, removed }, origin]);
  };

  #read(client: number): void {
    const state: unknown = this.#awareness.getStates().get(client);
    const presence = parsePresence(state);
    if (presence === undefined) {
      this.#states.delete(client);
      return;
    }
    const { peer, name, color, cell } = presence;
    // reason: parsePresence gave something, so the state is a record.
    const cursor = readCursor((state as { cursor?: unknown }).cursor) ?? null;
    const proven = this.#isProven(client, presence, state);
    this.#states.set(client, { peer, cell, cursor, proven, user: { name, colorName: color, ...PEER_CSS[color] } });
  }
}
