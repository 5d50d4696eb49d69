import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import type { Bytes } from "../base/units.ts";

/** Which kind of source: what people see in the list of connections. */
export type SourceKind = "disk" | "tabs" | "hub" | "webrtc" | "mqtt" | "file" | "memory";

/**
 * What a source says of itself. `held` is a promise: true only while everything in the document at this instant is
 * stored by it durably (disk, host) — edits and deletions. Sources that store nothing never say it.
 */
export type SourceStatus =
  | { readonly state: "connecting" }
  /**
   * `peers`: others reached directly through this source, where it knows. `warning`: something the user should know
   * that did not stop the source, such as a damaged part of storage that was set aside. `receiving`: a large document is
   * on its way in parts; what has come may be read and written already. `standby`: ready, but carries nothing at present,
   * because a better way does.
   */
  | {
      readonly state: "connected";
      readonly held: boolean;
      readonly peers?: number;
      readonly warning?: SourceWarning;
      readonly receiving?: Receiving;
      readonly standby?: boolean;
    }
  /** Carries nothing now; the source goes on trying by itself. `refused`: what answered does not want us, or has no room. */
  | { readonly state: "offline"; readonly reason: string; readonly refused?: true }
  /** Needs the user, or whoever runs the other side; some sources look again now and then. The message says what to do; nothing in the document is lost by it. */
  | { readonly state: "failed"; readonly code: string; readonly message: string };

/** How far a large document has come; `total` is about right. */
export interface Receiving {
  readonly received: Bytes;
  readonly total: Bytes;
}

/** Code of a disk's warning: what it had stored was gone while the document was open, and is stored again. */
export const STORAGE_CLEARED = "storage-cleared";
/** Code of a hub's warning: the class host did not take something that this computer has. */
export const CHANGES_REFUSED = "refused";

/** `code` is for switching on, `message` for people: what happened and what it means. */
export interface SourceWarning {
  readonly code: string;
  readonly message: string;
}

/**
 * A place a document can live or travel: storage and network are the same kind of thing.
 *
 * Contract, tested by test/contract/docSource.ts on every adapter:
 * 1. Writes it applies bear an origin of its own; it ignores that origin, so nothing echoes.
 * 2. It hears local updates from the moment `attach` returns, also before it is ready.
 * 3. Bad bytes from outside never throw into the editor's call stack: they end in a status.
 * 4. `detach` ends every timer, socket and listener, and flushes what storage still holds.
 */
export interface DocSource {
  readonly kind: SourceKind;
  /** It takes of others only what the rules of the room let them write, and gives only what they may read. */
  readonly keepsRules?: boolean;
  /** Attaches to `document`. Reports at once, and again whenever the status changes. Never throws. */
  attach(document: AttachedDocument, report: (status: SourceStatus) => void): AttachedSource;
}

export interface AttachedDocument {
  readonly doc: Y.Doc;
  /** Presence of peers. Storage sources leave it alone. */
  readonly awareness: Awareness;
}

export interface AttachedSource {
  /**
   * Resolves when what the source holds has been applied for the first time, or when it is known that this cannot
   * happen now (storage failed, network away). Never rejects: the status says which.
   */
  readonly ready: Promise<void>;
  /** Resolves when what was written before the call is stored or sent, or cannot be. Never rejects. */
  flush(): Promise<void>;
  /** Asks the other side again for everything we lack. For a watchdog that found replicas to differ. */
  resync(): void;
  detach(): Promise<void>;
}
