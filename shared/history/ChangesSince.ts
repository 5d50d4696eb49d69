import type { UnixMs } from "../base/units.ts";
import type { DatedState } from "../ports/HistoryStore.ts";
import type { Times } from "./contributions.ts";
import { noteTimes, type ObservedChange } from "./documentWatch.ts";

/** What happened since the last state, and which state that is: undefined where none was kept. */
export class ChangesSince {
  readonly base: Promise<DatedState | "empty" | undefined>;
  readonly updates: Uint8Array[] = [];
  readonly times = new Map<number, Times>();
  readonly deleters = new Set<number>();
  #size = 0;

  constructor(base: Promise<DatedState | "empty" | undefined>) {
    this.base = base;
  }

  /** Bytes of the changes. */
  get size(): number {
    return this.#size;
  }

  /** `authorsOf`: clients behind a change that wrote nothing, by the origin of its transaction. */
  note(change: ObservedChange, at: UnixMs, authorsOf: (origin: unknown) => readonly number[]): void {
    this.updates.push(change.update);
    this.#size += change.update.length;
    noteTimes(this.times, change.writers, at);
    if (change.deleted === 0) return;
    const deleters = change.writers.length > 0 ? change.writers : authorsOf(change.origin);
    for (const client of deleters) this.deleters.add(client);
  }

  /** Of a state that was not kept: the next one tells who wrote it. */
  giveBack(times: ReadonlyMap<number, Times>, deleters: ReadonlySet<number>): void {
    for (const [client, { first, last }] of times) {
      this.times.set(client, { first, last: this.times.get(client)?.last ?? last });
    }
    for (const client of deleters) this.deleters.add(client);
  }
}
