import { messageOf } from "../../base/errors.ts";
import type { PeerId, RoomId, RunId } from "../../base/ids.ts";
import { seconds, type Milliseconds } from "../../base/units.ts";
import type { AskedRun, AskedRunStore, RunClaim } from "../../ports/AskedRunStore.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { Logger } from "../../ports/Logger.ts";

/** A run waits this long to be written down. Storage that is slower than that must not keep people from working. */
const WRITE_PATIENCE: Milliseconds = seconds(2);

interface Kept {
  asked: AskedRun;
  readonly claim: RunClaim;
  /** One write after the other: the last must be the one that stays. */
  writing: Promise<void>;
  readonly settled: Promise<void>;
  readonly settle: () => void;
}

/** What a requester tells of jobs while they go out and come back. */
export interface JobJournal {
  /** An offer is being sent; `life` is the agent's. */
  offered(run: RunId, to: { readonly agent: PeerId; readonly life: number; readonly asker: PeerId }): void;
  /** The agent has it. */
  taken(run: RunId): void;
  /** Resolves when the agent may forget the end; undefined: at once. */
  kept(run: RunId): Promise<void> | undefined;
}

/**
 * What this page asked of other computers, written down before anybody is told that it is queued, until its end is stored
 * with the document. One page at a time takes care of a run.
 */
export class RunOutbox implements JobJournal {
  readonly #store: AskedRunStore;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #kept = new Map<RunId, Kept>();
  /** Runs of other pages, to be had when those are gone. */
  readonly #claims = new Map<RunId, RunClaim>();

  constructor({ store, clock, logger }: { store: AskedRunStore; clock: Clock; logger: Logger }) {
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Resolves when it is stored; or could not be, and the run goes on without. */
  async add(asked: AskedRun): Promise<void> {
    const kept = this.#keep(asked, this.#store.claim(asked.run));
    this.#write(kept);
    let dispose = (): void => undefined;
    const overdue = new Promise<void>((resolve) => (dispose = this.#clock.after(WRITE_PATIENCE, resolve)));
    await Promise.race([kept.writing, overdue]);
    dispose();
  }

  /**
   * Takes over what an earlier page left in this notebook, each as soon as nobody else takes care of it. `taken` is called
   * with what is known of it then. Resolves when it is known which there are.
   */
  async takeOver(room: RoomId, taken: (asked: AskedRun) => void): Promise<void> {
    const found = await this.#store.list(room).catch((error: unknown) => {
      this.#logger.warn("runs asked for earlier could not be read", { error: messageOf(error) });
      return [];
    });
    for (const { run } of found) {
      if (this.knows(run)) continue;
      const claim = this.#store.claim(run);
      this.#claims.set(run, claim);
      const look = (): void => {
        if (claim.held.get() && this.#claims.get(run) === claim) void this.#claimed(run, claim, taken);
      };
      claim.held.subscribe(look);
      look();
    }
  }

  offered(run: RunId, to: { readonly agent: PeerId; readonly life: number; readonly asker: PeerId }): void {
    this.#change(run, (asked) => ({ ...asked, given: { ...to, taken: false } }));
  }

  taken(run: RunId): void {
    const given = this.#kept.get(run)?.asked.given;
    if (given === undefined || given.taken) return;
    this.#change(run, (asked) => ({ ...asked, given: { ...given, taken: true } }));
  }

  kept(run: RunId): Promise<void> | undefined {
    return this.#kept.get(run)?.settled;
  }

  /** It is written down, and this page or another one takes care of it. */
  knows(run: RunId): boolean {
    return this.#kept.has(run) || this.#claims.has(run);
  }

  /** Its end is where it belongs, or nobody wants it any more. */
  remove(run: RunId): void {
    const kept = this.#kept.get(run);
    if (kept === undefined) return;
    this.#kept.delete(run);
    kept.settle();
    const removed = kept.writing.then(() => this.#store.remove(run));
    void this.#logged(removed).finally(() => kept.claim.release());
  }

  /** Not this page's business, maybe another's: stays as it is. */
  leave(run: RunId): void {
    const kept = this.#kept.get(run);
    this.#kept.delete(run);
    kept?.settle();
    kept?.claim.release();
  }

  /** The page is being unloaded: whoever comes next takes care of everything. Nothing is written any more. */
  unload(): void {
    for (const { claim } of this.#kept.values()) claim.release();
    for (const claim of this.#claims.values()) claim.release();
    this.#kept.clear();
    this.#claims.clear();
  }

  async #claimed(run: RunId, claim: RunClaim, taken: (asked: AskedRun) => void): Promise<void> {
    const asked = await this.#store.get(run).catch(() => undefined);
    // Unloaded meanwhile.
    if (this.#claims.get(run) !== claim) return;
    if (asked !== undefined) this.#keep(asked, claim);
    this.#claims.delete(run);
    // Whoever had it came to its end.
    if (asked === undefined) {
      claim.release();
      return;
    }
    taken(asked);
  }

  #keep(asked: AskedRun, claim: RunClaim): Kept {
    let settle = (): void => undefined;
    const settled = new Promise<void>((resolve) => (settle = resolve));
    const kept: Kept = { asked, claim, writing: Promise.resolve(), settled, settle };
    this.#kept.set(asked.run, kept);
    return kept;
  }

  #change(run: RunId, change: (asked: AskedRun) => AskedRun): void {
    const kept = this.#kept.get(run);
    if (kept === undefined) return;
    kept.asked = change(kept.asked);
    this.#write(kept);
  }

  #write(kept: Kept): void {
    const { asked } = kept;
    kept.writing = this.#logged(kept.writing.then(() => this.#store.put(asked)));
  }

  #logged(work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => {
      this.#logger.warn("a run that was asked for could not be written down", { error: messageOf(error) });
    });
  }
}
