// Deletes blobs that nothing refers to, a month after that began (shared/blobs/planCollection.ts).
// 1. What refers: the document of the room as it is on the disk, and the named versions in its history.
// 2. A room is left alone when its document is not here, is no notebook this code knows, or is not whole; when a named
//    version cannot be read; and while anything of it is not on the disk yet.
// 3. One room after the other, read in a thread of its own; deleting stops as soon as the room's document changes.

import { mkdir } from "node:fs/promises";
import type { Dispose } from "#shared/base/dispose.ts";
import type { ContentHash, RoomId } from "#shared/base/ids.ts";
import { formatBytes, seconds, type Milliseconds } from "#shared/base/units.ts";
import { collectBlobs, type Collected } from "#shared/blobs/collectBlobs.ts";
import { planCollection } from "#shared/blobs/planCollection.ts";
import type { CollectableBlobs } from "#shared/ports/CollectableBlobs.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { DatedState, HistoryStore } from "#shared/ports/HistoryStore.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { Archive } from "../archive/Archive.ts";
import type { ReferencesJob, ThreadJob, ThreadReply } from "../exports/exporterMessages.ts";
import type { BlobFiles } from "./BlobFiles.ts";
import { CollectableFiles } from "./CollectableFiles.ts";

/** After the start, when a class that was waiting for its host has come back. */
export const FIRST_RUN: Milliseconds = seconds(5);
/** The grace is a month: a day more or less is nothing. */
export const INTERVAL: Milliseconds = seconds(24 * 3600);

export interface BlobCollectorOptions {
  readonly archive: Archive;
  readonly history: HistoryStore;
  readonly files: BlobFiles;
  /** Folder for what is noted of blobs. */
  readonly notes: string;
  /** Reads documents away from this thread. Never rejects. */
  readonly read: (job: ThreadJob) => Promise<ThreadReply>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class BlobCollector {
  readonly #options: BlobCollectorOptions;
  #cancel: Dispose;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(options: BlobCollectorOptions) {
    this.#options = options;
    this.#cancel = this.#runAfter(FIRST_RUN);
  }

  /** Rejects if notes cannot be kept there. */
  static async start(options: BlobCollectorOptions): Promise<BlobCollector> {
    await mkdir(options.notes, { recursive: true });
    return new BlobCollector(options);
  }

  /** Looks through all rooms once, after a look that is under way. Never rejects. */
  run(): Promise<void> {
    this.#running = this.#running.then(() => this.#look());
    return this.#running;
  }

  /** Resolves when nothing is being deleted any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#running;
  }

  #runAfter(delay: Milliseconds): Dispose {
    return this.#options.clock.after(delay, () => {
      this.#cancel = this.#runAfter(INTERVAL);
      void this.run();
    });
  }

  /** Never rejects: a room that fails is tried again next time. */
  async #look(): Promise<void> {
    const { files, logger } = this.#options;
    const rooms = await files.rooms().catch(() => []);
    for (const room of rooms) {
      if (this.#closed) return;
      try {
        const collected = await this.#collect(room);
        if (collected !== undefined && collected.removed > 0) this.#tell(room, collected);
      } catch (error) {
        logger.warn("blobs that nothing refers to were not deleted", { room, error });
      }
    }
  }

  /** Undefined if the room was left alone. */
  async #collect(room: RoomId): Promise<Collected | undefined> {
    const { archive, files, notes, clock } = this.#options;
    const { appended, stored } = archive.progress(room);
    const place = new CollectableFiles(files, room, notes);
    if (appended !== stored || (await place.list()).length === 0) return undefined;
    const updates = await archive.peekWhole(room);
    const document = updates && (await this.#references({ type: "references", from: { updates } }));
    const referenced = document && (await this.#withVersions(room, place, document));
    if (referenced === undefined) return undefined;
    const mayGoOn = (): boolean => !this.#closed && archive.progress(room).appended === appended;
    return collectBlobs(place, { referenced, now: clock.now(), mayGoOn });
  }

  /** Named versions are many and read one by one: only where something would be deleted without them. */
  async #withVersions(
    room: RoomId,
    place: CollectableBlobs,
    document: ReadonlySet<ContentHash>,
  ): Promise<ReadonlySet<ContentHash> | undefined> {
    const { history, clock } = this.#options;
    if (planCollection(await place.list(), document, clock.now()).remove.length === 0) return document;
    const referenced = new Set(document);
    const { states } = await history.load(room);
    for (const state of states.filter(({ version }) => version !== undefined)) {
      const hashes = this.#closed ? undefined : await this.#inVersion(room, state);
      if (hashes === undefined) return undefined;
      for (const hash of hashes) referenced.add(hash);
    }
    return referenced;
  }

  async #inVersion(room: RoomId, { id, hash }: DatedState): Promise<ReadonlySet<ContentHash> | undefined> {
    const state = await this.#options.history.read(room, id);
    return state && this.#references({ type: "references", from: { state, hash } });
  }

  async #references(job: ReferencesJob): Promise<ReadonlySet<ContentHash> | undefined> {
    const reply = await this.#options.read(job);
    return reply.type === "references" ? reply.hashes : undefined;
  }

  #tell(room: RoomId, { removed, freed }: Collected): void {
    const message = `deleted ${removed} outputs and files that nothing refers to: ${formatBytes(freed)} freed`;
    this.#options.logger.info(message, { room, removed, freed });
  }
}
