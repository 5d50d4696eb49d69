import { PeerId, type RoomId } from "#shared/base/ids.ts";
import { Timers } from "#shared/adapters/Timers.ts";
import { Emitter } from "#shared/base/emitter.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import { Value, type Readable } from "#shared/base/value.ts";
import type { Dispose } from "#shared/base/dispose.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { AttachedDocument, AttachedSource, DocSource, SourceStatus } from "#shared/ports/DocSource.ts";
import type { TabLock } from "./TabLock.ts";
import type { LedKind, TabWords, ToldStatus } from "./tabMessage.ts";
import { TabSession } from "./TabSession.ts";

/** How often the tab that leads is asked whether it still does anything. */
const PING_EVERY: Milliseconds = seconds(5);
/** It answers when it is asked, whatever its timers do; so late it is frozen, or busy with something that will take longer. */
const PONG_LIMIT: Milliseconds = seconds(3);

export interface TabsOptions {
  readonly room: RoomId;
  /** "Am I the tab that holds this notebook's networks?" Asked for when attached, given back when detached. */
  readonly lock: () => TabLock;
  readonly clock: Clock;
}

/**
 * Tabs of one browser that have one notebook open: they carry edits and presence among themselves, and one of them, the
 * leader, holds the links to other computers and to the class host for all. When it goes, another takes over. A browser may
 * freeze a tab that is not seen, which then leads and does nothing: that is noticed (`answers`).
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
  readonly #said = new Emitter<TabWords>();
  readonly #answers = new Value(true);
  readonly #timers: Timers;
  #session: TabSession | undefined;

  constructor(options: TabsOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  /** Whether this tab holds the networks. */
  get leads(): Readable<boolean> {
    return this.#leads;
  }

  /** Whether another tab holds the networks, and says how they are. */
  get led(): Readable<boolean> {
    return this.#led;
  }

  /** False while another tab leads, and does not answer. */
  get answers(): Readable<boolean> {
    return this.#answers;
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

  /** Hears what other tabs say. */
  onWords(listener: (words: TabWords) => void): Dispose {
    return this.#said.subscribe(listener);
  }

  /** Says it to all other tabs. */
  say(words: TabWords): void {
    this.#session?.say(words);
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
        said: (words) => this.#hear(words),
      },
    );
    this.#session = session;
    const follow = (): void => {
      if (lock.held.get()) this.#told.set(new Map());
      if (lock.held.get()) this.#led.set(false);
      this.#leads.set(lock.held.get());
      this.#watchLeader();
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
        this.#timers.clear();
        this.#leads.set(false);
        this.#led.set(false);
        lock.release();
      },
    };
  }

  #hear(words: TabWords): void {
    if (words.type === "ping") {
      if (this.#leads.get()) this.say({ type: "pong" });
      return;
    }
    if (words.type !== "pong") {
      this.#said.emit(words);
      return;
    }
    this.#timers.stop("silent");
    this.#answers.set(true);
  }

  #watchLeader(): void {
    this.#timers.clear();
    if (this.#leads.get()) this.#answers.set(true);
    else this.#ping();
  }

  #ping(): void {
    this.say({ type: "ping" });
    this.#timers.start("silent", PONG_LIMIT, () => this.#answers.set(false));
    this.#timers.set("ping", PING_EVERY, () => this.#ping());
  }
}
