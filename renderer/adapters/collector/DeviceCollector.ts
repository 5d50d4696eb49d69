// Deletes blobs of this device a month after no notebook here mentions them (shared/blobs/planCollection.ts).
// 1. In one tab, when the page is quiet, once a day. Notebooks are read in a worker.
// 2. Not while something open is not stored, nor when any notebook cannot be read whole.
// 3. What the class host still has to be given is kept.

import type { Dispose } from "#shared/base/dispose.ts";
import type { ContentHash } from "#shared/base/ids.ts";
import { formatBytes, seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Readable } from "#shared/base/value.ts";
import { collectBlobs } from "#shared/blobs/collectBlobs.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { CollectableBlobs } from "#shared/ports/CollectableBlobs.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { Settings } from "#shared/ports/Settings.ts";
import type { UploadList } from "#shared/ports/UploadList.ts";
import { keepCollected, readCollected } from "./lastCollected.ts";

/** The grace is a month: a day more or less is nothing. */
const INTERVAL: Milliseconds = seconds(24 * 3600);
/** How often it is looked whether the day is over: a laptop sleeps through timers. */
const LOOK: Milliseconds = seconds(3600);

export interface DeviceCollectorOptions {
  readonly place: CollectableBlobs;
  readonly uploads: UploadList;
  /** What all notebooks stored here mention; undefined if that cannot be said. */
  readonly references: () => Promise<ReadonlySet<ContentHash> | undefined>;
  /** Stores what is open; false if something could not be. */
  readonly save: () => Promise<boolean>;
  /** True while this is the tab that does it. */
  readonly leads: Readable<boolean>;
  readonly idle: () => Promise<void>;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class DeviceCollector {
  readonly #options: DeviceCollectorOptions;
  #cancel: Dispose = () => undefined;
  readonly #unsubscribe: Dispose;
  #working = false;
  #closed = false;

  constructor(options: DeviceCollectorOptions) {
    this.#options = options;
    this.#unsubscribe = options.leads.subscribe(() => void this.#look());
    void this.#look();
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#unsubscribe();
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const { idle, leads, logger } = this.#options;
    if (this.#working || this.#closed || !leads.get()) return;
    this.#working = true;
    try {
      await idle();
      if (this.#isDue()) await this.#collect();
    } catch (error) {
      logger.warn("blobs that no notebook refers to were not deleted", { error });
    }
    this.#working = false;
    this.#lookLater();
  }

  #lookLater(): void {
    this.#cancel();
    if (!this.#closed) this.#cancel = this.#options.clock.after(LOOK, () => void this.#look());
  }

  #isDue(): boolean {
    const last = readCollected(this.#options.settings);
    const since = last === undefined ? INTERVAL : this.#options.clock.now() - last.at;
    // Less than nothing: the clock was wrong, then or now.
    return since >= INTERVAL || since < 0;
  }

  async #collect(): Promise<void> {
    const { place, uploads, references, save, leads, settings, clock, logger } = this.#options;
    if ((await place.list()).length === 0 || !(await save())) return;
    const mentioned = await references();
    if (mentioned === undefined) {
      logger.info("no blobs were deleted: not every notebook can be read whole");
      return;
    }
    const referenced = new Set([...mentioned, ...(await uploads.all())]);
    const mayGoOn = (): boolean => !this.#closed && leads.get();
    const now = clock.now();
    const { removed, freed } = await collectBlobs(place, { referenced, now, mayGoOn });
    keepCollected(settings, { at: now, freed });
    if (removed > 0) {
      logger.info(`deleted ${removed} outputs and files that no notebook refers to: ${formatBytes(freed)} freed`);
    }
  }
}
