// The host's replica of one room's document, and its place in the archive.
// 1. An update is looked through before it is applied: garbage never touches the document.
// 2. Only what applied is stored and passed on. Parts that wait for parts not yet here are stored as they came.
// 3. An update that breaks while it is being applied may have left the document half changed: the replica is thrown
//    away and read anew from the archive, which holds exactly what had applied before.

import * as Y from "yjs";
import { partLimitFor } from "#shared/adapters/parts/partLimits.ts";
import { missingBytes, writePart } from "#shared/adapters/parts/writePart.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { applyFrom } from "#shared/notebook/applyFrom.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { Archive, StoredUpdate } from "../archive/Archive.ts";

/**
 * What became of an update: `news` is what others must hear of, undefined if nothing new could be applied; `forAll`: with
 * it came what had waited for it, of which whoever brought it may not know either;
 * `malformed` did nothing; `damaging` made a `reload` necessary before anything else may be asked of the document.
 */
export type Applied =
  | {
      readonly outcome: "applied";
      readonly news: Uint8Array | undefined;
      readonly forAll: boolean;
      readonly incomplete: boolean;
    }
  | { readonly outcome: "malformed" }
  | { readonly outcome: "damaging" };

export interface RoomDocumentOptions {
  readonly room: RoomId;
  readonly archive: Archive;
  readonly logger: Logger;
  /** Called after each step of durability: `durableMark` has grown. */
  readonly onDurable: () => void;
  /** Called with the document each time it has been read from the archive. */
  readonly onLoaded?: (doc: Y.Doc) => void;
}

export class RoomDocument {
  readonly #options: RoomDocumentOptions;
  #doc = new Y.Doc();
  #emitted: Uint8Array[] = [];
  #storedMark = 0;
  #durableMark = 0;
  #writing = new Set<Promise<void>>();

  constructor(options: RoomDocumentOptions) {
    this.#options = options;
  }

  /** Grows with each update handed to the archive. */
  get storedMark(): number {
    return this.#storedMark;
  }

  /** Everything up to this mark is on the disk. */
  get durableMark(): number {
    return this.#durableMark;
  }

  /** Reads the document from the archive, dropping whatever is in memory. What is being written is waited for. */
  async load(): Promise<void> {
    await this.flush();
    const { archive, room } = this.#options;
    let stored = await archive.load(room);
    let read = rebuild(stored);
    while (read.broken !== undefined) {
      const { broken } = read;
      await archive.quarantine(room, broken.key, "does not apply");
      // Read again, not left out: in the place of a snapshot the archive has the generation before it.
      stored = await archive.load(room);
      read = rebuild(stored);
    }
    this.#doc.destroy();
    this.#doc = read.doc;
    this.#doc.on("update", (update: Uint8Array) => this.#emitted.push(update));
    this.#options.onLoaded?.(this.#doc);
  }

  /** `origin`: whose update it is, for those who watch the document. */
  apply(update: Uint8Array, origin?: unknown): Applied {
    if (!isReadable(update)) return { outcome: "malformed" };
    const before = pendingParts(this.#doc);
    this.#emitted = [];
    try {
      applyFrom(this.#doc, update, origin);
    } catch {
      return { outcome: "damaging" };
    }
    const news = this.#emitted.length > 1 ? Y.mergeUpdates(this.#emitted) : this.#emitted[0];
    const after = pendingParts(this.#doc);
    if (news !== undefined) this.#store(news);
    if (!sameParts(before, after)) this.#store(update);
    return {
      outcome: "applied",
      news,
      forAll: this.#emitted.length > 1,
      incomplete: after.some((part) => part !== undefined),
    };
  }

  /** Changes the document here. Gives what others must hear of, undefined if nothing changed. */
  change(change: (doc: Y.Doc) => void): Uint8Array | undefined {
    this.#emitted = [];
    change(this.#doc);
    if (this.#emitted.length === 0) return undefined;
    const news = Y.mergeUpdates(this.#emitted);
    this.#store(news);
    return news;
  }

  /** Lets `judge` look at the document, which it must not change. */
  judge<T>(judge: (doc: Y.Doc) => T): T {
    return judge(this.#doc);
  }

  stateVector(): Uint8Array {
    return Y.encodeStateVector(this.#doc);
  }

  /** Everything that a replica with this state vector lacks; undefined if the vector is malformed. */
  missingFrom(vector: Uint8Array): Uint8Array | undefined {
    try {
      return Y.encodeStateAsUpdate(this.#doc, vector);
    } catch {
      return undefined;
    }
  }

  /** The next of it, if it is more than `limit` bytes; undefined if it is not, or the vector is malformed. */
  partFrom(vector: Uint8Array, limit: number): Uint8Array | undefined {
    try {
      return writePart(this.#doc, Y.decodeStateVector(vector), partLimitFor(limit))?.update;
    } catch {
      return undefined;
    }
  }

  /** About how many bytes it is. The vector must have been read before. */
  bytesFrom(vector: Uint8Array): number {
    return missingBytes(this.#doc, Y.decodeStateVector(vector));
  }

  /** Resolves when everything applied so far is on the disk, or the archive has closed. */
  async flush(): Promise<void> {
    await Promise.all(this.#writing);
  }

  destroy(): void {
    this.#doc.destroy();
    this.#options.archive.release(this.#options.room);
  }

  #store(update: Uint8Array): void {
    const { archive, room } = this.#options;
    const mark = ++this.#storedMark;
    this.#track(
      archive.append(room, update).then(() => {
        this.#durableMark = mark;
        this.#options.onDurable();
      }),
    );
    if (archive.wantsCompaction(room)) this.#track(archive.compact(room, Y.encodeStateAsUpdate(this.#doc)));
  }

  /** A failed write is only told: the archive tries again by itself, and gives up only when it closes. */
  #track(write: Promise<void>): void {
    const { logger, room } = this.#options;
    const done = write
      .catch((error: unknown) => logger.error("a write to the archive failed", { room, error }))
      .finally(() => this.#writing.delete(done));
    this.#writing.add(done);
  }
}

/** The document that stored updates make, or the first of them that breaks it, which leaves it half changed. */
function rebuild(stored: readonly StoredUpdate[]): { readonly doc: Y.Doc; readonly broken: StoredUpdate | undefined } {
  const doc = new Y.Doc();
  for (const update of stored) {
    try {
      Y.applyUpdate(doc, update.content);
    } catch {
      return { doc, broken: update };
    }
  }
  return { doc, broken: undefined };
}

/** Whether the update can be read to its end. Also keeps counts that lie from allocating memory while applying. */
function isReadable(update: Uint8Array): boolean {
  try {
    Y.decodeUpdate(update);
    return true;
  } catch {
    return false;
  }
}

type PendingParts = readonly (Uint8Array | undefined)[];

/** What waits in the document for parts that have not arrived. */
function pendingParts(doc: Y.Doc): PendingParts {
  const { pendingStructs, pendingDs } = doc.store;
  return [pendingStructs?.update, pendingDs ?? undefined];
}

function sameParts(before: PendingParts, after: PendingParts): boolean {
  return before.every((part, index) => {
    const other = after[index];
    if (part === undefined || other === undefined) return part === other;
    return Buffer.compare(part, other) === 0;
  });
}
