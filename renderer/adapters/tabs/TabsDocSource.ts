import { PeerId, type RoomId } from "#shared/base/ids.ts";
import { Emitter } from "#shared/base/emitter.ts";
import { Value, type Readable } from "#shared/base/value.ts";
import type { Dispose } from "#shared/base/dispose.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { AttachedDocument, AttachedSource, DocSource, SourceStatus } from "#shared/ports/DocSource.ts";
import type { TabLock } from "./TabLock.ts";
import type { LedKind, ToldStatus } from "./tabMessage.ts";
import { TabSession } from "./TabSession.ts";

export interface TabsOptions {
  readonly room: RoomId;
  /** "Am I the tab that holds this notebook's networks?" Asked for when attached, given back when detached. */
  readonly lock: () => TabLock;
  readonly clock: Clock;
}

/**
 * Tabs of one browser that have one notebook open: they carry edits and presence among themselves, and one of them, the
 * leader, holds the links to other computers for all. When it goes, another takes over. The class host is reached by each
 * tab itself: it asks each who it is, and confirms to each what it holds.
 */
export class TabsDocSource implements DocSource {
  readonly kind = "tabs";
  readonly self = PeerId.createPassing();
  readonly #options: TabsOptions;
  readonly #leads = new Value(false);
  readonly #others = new Value(0);
  readonly #led = new Value(false);
  readonly #told = new Value<ReadonlyMap<LedKind, ToldStatus>>(new Map());
  readonly #arrived = new Emitter<undefined>();
  #session: TabSession | undefined;

  constructor(options: TabsOptions) {
    this.#options = options;
  }

  /** Whether this tab holds the networks. */
  get leads(): Readable<boolean> {
    return this.#leads;
  }

  /** Whether another tab holds the networks, and says how they are. */
  get led(): Readable<boolean> {
    return this.#led;
  }

  /** How many other tabs there are. */
  get others(): Readable<number> {
    return this.#others;
  }

  /** What the leader says of the networks it holds, while it is another tab. */
  get told(): Readable<ReadonlyMap<LedKind, ToldStatus>> {
    return this.#told;
  }

  /** A tab came that knows nothing yet: what was told must be told again. */
  onArrival(listener: () => void): Dispose {
    return this.#arrived.subscribe(listener);
  }

  tell(told: ToldStatus): void {
    if (this.#leads.get()) this.#session?.tell(told);
  }

  attach(document: AttachedDocument, report: (status: SourceStatus) => void): AttachedSource {
    const lock = this.#options.lock();
    const session = new TabSession(
      { name: `meshbook.notebook.${this.#options.room}`, self: this.self, document, clock: this.#options.clock },
      {
        report,
        others: (count) => this.#others.set(count),
        arrived: () => this.#arrived.emit(undefined),
        told: (told) => {
          if (this.#leads.get()) return;
          this.#led.set(true);
          this.#told.update((known) => new Map(known).set(told.kind, told));
        },
      },
    );
    this.#session = session;
    const follow = (): void => {
      if (lock.held.get()) this.#told.set(new Map());
      if (lock.held.get()) this.#led.set(false);
      this.#leads.set(lock.held.get());
    };
    const stop = lock.held.subscribe(follow);
    follow();
    return {
      ready: session.ready,
      flush: () => session.flush(),
      resync: () => session.resync(),
      detach: async () => {
        stop();
        await session.detach();
        this.#session = undefined;
        this.#leads.set(false);
        this.#led.set(false);
        lock.release();
      },
    };
  }
}
