import type * as Y from "yjs";
import { reportChanges } from "#shared/adapters/reportChanges.ts";
import type { Dispose } from "#shared/base/dispose.ts";
import { ms, seconds, type Milliseconds } from "#shared/base/units.ts";
import type { AttachedSource, SourceStatus } from "#shared/ports/DocSource.ts";
import type { PageLifecycle } from "../../page/pageLifecycle.ts";
import { openRoomDatabase } from "./roomDatabase.ts";
import { storageFailure, type StorageFailure } from "../storageFailure.ts";
import { CLEARED, damagedWarning } from "../storageWarnings.ts";
import { StoredDocument } from "./StoredDocument.ts";

/** Typing is gathered this long: few enough rows, and less than anybody takes to close a page. */
const BATCH: Milliseconds = ms(60);
/** A write is tried twice at once: a connection that the browser closed meanwhile is the usual reason. */
const ATTEMPTS = 2;
/** Then again by itself, after twice the time before, up to the second. */
const RETRY_FIRST: Milliseconds = seconds(2);
const RETRY_LAST: Milliseconds = seconds(60);

/**
 * Stores one document while it is open. All work is one pass at a time, apart from the document's own events:
 * an edit only puts its update in the queue and, if none is due, sets a timer.
 *
 * 1. `held` = read once ∧ nothing queued ∧ nothing being written ∧ what was in the document before us is stored.
 * 2. An update leaves the queue when its transaction completed; if that fails it is back at the head of the queue.
 * 3. A page that goes hands over everything that (1) lacks in one call. It stays queued: the page may come back.
 * 4. A lost connection puts (1) back to "not read": the next pass opens, reads, and stores what storage lacks.
 */
export class DiskSession implements AttachedSource {
  readonly ready: Promise<void>;
  readonly #name: string;
  readonly #doc: Y.Doc;
  readonly #report: (status: SourceStatus) => void;
  readonly #page: PageLifecycle;
  /** Origin of what we apply. */
  readonly #origin = Object.freeze({ by: "source", source: "disk" });
  readonly #unsubscribe: readonly Dispose[];

  #stored: StoredDocument | undefined;
  #queue: Uint8Array[] = [];
  #writing: readonly Uint8Array[] = [];
  /** Everything that reached the document unheard is stored or queued. An empty document has nothing unheard. */
  #covered: boolean;
  #strict = false;
  #reread = false;
  #passes: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryAfter = RETRY_FIRST;
  #failure: StorageFailure | undefined;
  #damaged = 0;
  /** Everything was stored once. */
  #wasHeld = false;
  /** Later, nothing of it was there any more. */
  #cleared = false;
  #detached: Promise<void> | undefined;
  #settleReady: () => void = () => undefined;

  constructor(name: string, doc: Y.Doc, surroundings: { report: (status: SourceStatus) => void; page: PageLifecycle }) {
    this.#name = name;
    this.#doc = doc;
    this.#report = reportChanges(surroundings.report);
    this.#page = surroundings.page;
    this.#covered = isEmpty(doc);
    doc.on("update", this.#onUpdate);
    this.#unsubscribe = [
      () => doc.off("update", this.#onUpdate),
      // Before the flush, which is not finished if the page goes.
      this.#page.onLeave(() => this.#rescue()),
      this.#page.onHide(() => void this.flush()),
    ];
    this.#tell();
    this.ready = new Promise((resolve) => (this.#settleReady = resolve));
    void this.#pass();
  }

  async flush(): Promise<void> {
    this.#strict = true;
    await this.#pass();
  }

  resync(): void {
    this.#reread = true;
    void this.#pass();
  }

  detach(): Promise<void> {
    this.#detached ??= this.#end();
    return this.#detached;
  }

  async #end(): Promise<void> {
    for (const dispose of this.#unsubscribe) dispose();
    await this.flush();
    clearTimeout(this.#timer);
    await this.#rest();
    this.#drop();
  }

  /** Everything is stored: what follows may be cut short by the end of the page, or fail, at no loss. */
  async #rest(): Promise<void> {
    if (this.#failure !== undefined || this.#queue.length > 0 || this.#stored?.wantsRest !== true) return;
    try {
      await this.#stored.compact();
    } catch {
      // The rows are as they were; the next opening finds them.
    }
  }

  // The hot path: every keystroke comes through here.
  readonly #onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this.#origin) return;
    this.#queue.push(update);
    if (this.#queue.length === 1) this.#tell();
    if (this.#timer === undefined && this.#writing.length === 0) this.#schedule(BATCH);
  };

  #rescue(): void {
    const unstored = [...this.#writing, ...this.#queue];
    if (unstored.length > 0) this.#stored?.rescue(unstored);
  }

  #schedule(delay: Milliseconds): void {
    clearTimeout(this.#timer);
    if (this.#page.hidden() && this.#failure === undefined) {
      void this.#pass();
      return;
    }
    this.#timer = setTimeout(() => void this.#pass(), delay);
  }

  /** One pass after the other. Never rejects. */
  #pass(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#passes = this.#passes.then(() => this.#tryPass());
    return this.#passes;
  }

  async #tryPass(): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        await this.#work();
        this.#failure = undefined;
        this.#retryAfter = RETRY_FIRST;
        break;
      } catch (error) {
        this.#failure = storageFailure(error, this.#stored === undefined);
        // Whatever it was but a full disk, a new connection that reads everything again is the cure.
        if (this.#failure.code !== "storage-full") this.#drop();
        // Waiting was its whole attempt.
        if (this.#failure.code === "storage-blocked") break;
      }
    }
    this.#settleReady();
    if (this.#failure !== undefined) this.#retryLater();
    else if (this.#queue.length > 0 && this.#detached === undefined) this.#schedule(BATCH);
    this.#tell();
  }

  #retryLater(): void {
    if (this.#detached !== undefined) return;
    this.#schedule(this.#retryAfter);
    this.#retryAfter = ms(Math.min(this.#retryAfter * 2, RETRY_LAST));
  }

  async #work(): Promise<void> {
    const stored = this.#stored ?? (await this.#open());
    if (this.#reread) {
      this.#reread = false;
      this.#damaged += await stored.load();
    }
    await this.#write(stored);
    if (stored.wantsCompaction) await this.#compact(stored);
  }

  async #compact(stored: StoredDocument): Promise<void> {
    try {
      await stored.compact(() => this.#write(stored));
    } catch (error) {
      // No room for a snapshot beside the rows: everything is stored all the same, only not compactly.
      if (storageFailure(error).code !== "storage-full") throw error;
      stored.postponeCompaction();
    }
  }

  async #open(): Promise<StoredDocument> {
    const db = await openRoomDatabase(this.#name);
    const stored = new StoredDocument(db, this.#doc, this.#origin);
    const lost = (): void => {
      stored.close();
      if (this.#stored !== stored) return;
      this.#drop();
      this.#tell();
      if (this.#detached === undefined) this.#schedule(BATCH);
    };
    db.onclose = lost;
    // Another tab deletes or upgrades the database: holding on would only block it.
    db.onversionchange = lost;
    this.#stored = stored;
    this.#damaged += await stored.load();
    // It was all stored, and nothing of it is there.
    if (this.#wasHeld && stored.isEmpty) this.#cleared = true;
    if (stored.wasMended) this.#covered = false;
    const missing = this.#covered ? undefined : await stored.missing();
    // Lost while we read: what was found says nothing about the database that is there now.
    if (this.#stored !== stored) throw new DOMException("the database was closed while it was read", "AbortError");
    // It was taken from the document just now, so it has everything that is queued.
    if (missing) this.#queue = [missing];
    this.#covered = true;
    this.#settleReady();
    this.#tell();
    return stored;
  }

  async #write(stored: StoredDocument): Promise<void> {
    const strict = this.#strict;
    this.#strict = false;
    const batch = this.#queue;
    if (batch.length > 0) {
      this.#queue = [];
      this.#writing = batch;
      try {
        await stored.append(batch, strict ? "strict" : "relaxed");
      } catch (error) {
        this.#queue = [...batch, ...this.#queue];
        this.#strict = strict;
        throw error;
      } finally {
        this.#writing = [];
      }
    } else if (strict) {
      await stored.harden();
    }
  }

  #drop(): void {
    this.#stored?.close();
    this.#stored = undefined;
    this.#covered = false;
  }

  #tell(): void {
    if (this.#detached === undefined) this.#report(this.#status());
  }

  #status(): SourceStatus {
    if (this.#failure !== undefined) return { state: "failed", ...this.#failure };
    if (this.#stored === undefined || !this.#covered) return { state: "connecting" };
    const held = this.#queue.length === 0 && this.#writing.length === 0;
    this.#wasHeld ||= held && !isEmpty(this.#doc);
    const warning = this.#cleared ? CLEARED : this.#damaged > 0 ? damagedWarning(this.#damaged) : undefined;
    return { state: "connected", held, ...(warning && { warning }) };
  }
}

function isEmpty(doc: Y.Doc): boolean {
  return doc.store.clients.size === 0 && doc.store.pendingStructs === null && doc.store.pendingDs === null;
}
