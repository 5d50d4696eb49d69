import type { Dispose } from "../base/dispose.ts";
import { messageOf } from "../base/errors.ts";
import type { PeerId } from "../base/ids.ts";
import { ms } from "../base/units.ts";
import { Value, type Readable } from "../base/value.ts";
import { documentDigest, hasPendingUpdates } from "../notebook/digest.ts";
import type { Clock } from "../ports/Clock.ts";
import type { AttachedDocument, AttachedSource, DocSource, SourceStatus } from "../ports/DocSource.ts";
import type { Logger } from "../ports/Logger.ts";
import {
  initialSync,
  QUIET,
  stepSync,
  syncView,
  withoutClaims,
  type SyncEffect,
  type SyncEvent,
  type SyncState,
} from "./syncStep.ts";
import type { PeerView, SyncView } from "./views.ts";

/** Where replicas show their digests to one another. */
export interface DigestBoard {
  /** Everybody else's replicas, and other tabs of this device. */
  readonly replicas: Readable<readonly PeerView[]>;
  publishDigest(digest: string | undefined): void;
}

export interface DocSyncOptions {
  readonly document: AttachedDocument;
  readonly device: PeerId;
  /** This device's storage; undefined if it has none. */
  readonly storage: DocSource | undefined;
  /** Attached when storage has been read, so that peers are not asked for what is here. */
  readonly networks: readonly DocSource[];
  readonly board: DigestBoard;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps one document in its sources, and says truly where it is. Attaches on construction. */
export class DocSync {
  readonly #options: DocSyncOptions;
  readonly #attached = new Map<number, AttachedSource>();
  readonly #loaded = new Value(false);
  readonly #view: Value<SyncView>;
  /** What the view was made of. `claims`: it says that something is saved, held or seen. */
  #shown:
    | { readonly state: SyncState; readonly changed: boolean; readonly claims: boolean; readonly text: string }
    | undefined;
  readonly #stopListening: readonly Dispose[];
  readonly #settled: Promise<void>;
  #state: SyncState;
  #ids = 0;
  #changed = false;
  #quiet: Dispose | undefined;
  /** When it last changed. One timer follows it: setting one anew for every key costs more than the key. */
  #changedAt = ms(0);
  #wake: Dispose | undefined;
  #closed = false;

  constructor(options: DocSyncOptions) {
    this.#options = options;
    this.#state = initialSync(options.device);
    this.#view = new Value(syncView(this.#state));
    this.#stopListening = this.#listen();
    this.#step({ type: "changed" });
    this.#readReplicas();
    this.#settled = this.#attachAll();
  }

  /** True when storage has been read, or is known to be unreadable. */
  get loaded(): Readable<boolean> {
    return this.#loaded;
  }

  get view(): Readable<SyncView> {
    return this.#view;
  }

  /** Resolves when every source given at the start has been read once, or is known to be away. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  /** Adds a network later: a notebook that was on this device only is now shared. Detached by `close` or the result. */
  addNetwork(source: DocSource): () => Promise<void> {
    const id = this.#attach(source);
    return async () => {
      await this.#attached.get(id)?.detach();
      this.#attached.delete(id);
      this.#step({ type: "source-gone", id });
    };
  }

  /** Asks every source again for what we lack. For when the computer wakes up, or the network is back. */
  resync(): void {
    for (const source of this.#attached.values()) source.resync();
  }

  /** Resolves when everything is stored and sent, or cannot be. */
  async flush(): Promise<void> {
    await Promise.all([...this.#attached.values()].map((source) => source.flush()));
  }

  /** Flushes and detaches everything. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const stop of this.#stopListening) stop();
    this.#quiet?.();
    this.#wake?.();
    await Promise.allSettled([...this.#attached.values()].map((source) => source.detach()));
    this.#attached.clear();
  }

  async #attachAll(): Promise<void> {
    const { storage, networks } = this.#options;
    if (storage) await this.#attached.get(this.#attach(storage))?.ready;
    if (this.#closed) return;
    this.#loaded.set(true);
    const attached = networks.flatMap((network) => this.#attached.get(this.#attach(network)) ?? []);
    await Promise.all(attached.map((source) => source.ready));
  }

  #attach(source: DocSource): number {
    const id = ++this.#ids;
    const { kind } = source;
    const report = (status: SourceStatus): void =>
      this.#step({ type: "source-reported", source: { id, kind, status } });
    try {
      this.#attached.set(id, source.attach(this.#options.document, report));
    } catch (error) {
      // A source that breaks its promise must not take the notebook with it.
      this.#options.logger.error("a source could not be attached", { kind, error: messageOf(error) });
      report({ state: "failed", code: "attach-failed", message: messageOf(error) });
    }
    return id;
  }

  #listen(): readonly Dispose[] {
    const { document, board } = this.#options;
    const { doc } = document;
    const noteChange = (): void => {
      this.#changed = true;
      this.#show();
    };
    // Judged when all listeners of the change have run: sources take their claims back in theirs, one after the other,
    // and none of them counts before all have.
    const judge = (): void => {
      const changed = this.#changed;
      this.#changed = false;
      if (changed) this.#noteChange();
      const pending = hasPendingUpdates(doc);
      if (pending !== this.#state.pending) this.#step({ type: "pending-known", pending });
      if (changed) this.#show();
    };
    doc.on("update", noteChange);
    doc.on("afterAllTransactions", judge);
    return [
      () => doc.off("update", noteChange),
      () => doc.off("afterAllTransactions", judge),
      board.replicas.subscribe(() => this.#readReplicas()),
    ];
  }

  /** The hot path: while somebody types, only the moment is new. */
  #noteChange(): void {
    if (this.#quiet !== undefined && this.#state.digest === undefined) {
      this.#changedAt = this.#options.clock.monotonic();
    } else {
      this.#step({ type: "changed" });
    }
  }

  #awaitQuiet(): void {
    const { clock, document } = this.#options;
    const left = this.#changedAt + QUIET - clock.monotonic();
    this.#quiet?.();
    this.#quiet = clock.after(ms(Math.max(0, left)), () => {
      this.#quiet = undefined;
      if (clock.monotonic() < this.#changedAt + QUIET) this.#awaitQuiet();
      else this.#step({ type: "quieted", digest: documentDigest(document.doc) });
    });
  }

  #readReplicas(): void {
    const replicas = this.#options.board.replicas.get();
    this.#step({
      type: "replicas-known",
      replicas: replicas.map(({ presence }) => ({ peer: presence.peer, digest: presence.digest })),
    });
  }

  #step(event: SyncEvent): void {
    if (this.#closed) return;
    const { state, effects } = stepSync(this.#state, event, this.#options.clock.monotonic());
    this.#state = state;
    this.#show();
    for (const effect of effects) this.#perform(effect);
  }

  /** While a change is under way nothing is claimed: what was so before it may not be so after it. */
  #show(): void {
    const last = this.#shown;
    // Asked several times for each keystroke.
    if (last?.state === this.#state && (last.changed === this.#changed || !last.claims)) return;
    const view = syncView(this.#state);
    const claims = view.saved || view.heldByHost === true || view.seen.by > 0;
    const shown = claims && this.#changed ? withoutClaims(view) : view;
    const text = JSON.stringify(shown);
    this.#shown = { state: this.#state, changed: this.#changed, claims, text };
    if (text !== last?.text) this.#view.set(shown);
  }

  #perform(effect: SyncEffect): void {
    const { clock, board, logger } = this.#options;
    switch (effect.type) {
      case "publish-digest":
        board.publishDigest(effect.digest);
        return;
      case "await-quiet":
        this.#changedAt = clock.monotonic();
        this.#awaitQuiet();
        return;
      case "resync":
        logger.info("replicas differ or parts are missing: asking again");
        this.resync();
        return;
      case "wake":
        this.#wake?.();
        this.#wake = clock.after(ms(effect.at - clock.monotonic()), () => this.#step({ type: "woken" }));
        return;
    }
  }
}
