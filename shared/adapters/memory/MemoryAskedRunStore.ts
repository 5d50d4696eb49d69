import type { RoomId, RunId } from "../../base/ids.ts";
import { Value } from "../../base/value.ts";
import type { AskedRun, AskedRunStore, RunClaim } from "../../ports/AskedRunStore.ts";

/** Outlives the applications that use it, as a disk does. */
export class MemoryAskedRunStore implements AskedRunStore {
  readonly #runs = new Map<RunId, AskedRun>();
  readonly #waiting = new Map<RunId, Value<boolean>[]>();

  put(asked: AskedRun): Promise<void> {
    this.#runs.set(asked.run, asked);
    return Promise.resolve();
  }

  get(run: RunId): Promise<AskedRun | undefined> {
    return Promise.resolve(this.#runs.get(run));
  }

  remove(run: RunId): Promise<void> {
    this.#runs.delete(run);
    return Promise.resolve();
  }

  list(room: RoomId): Promise<readonly AskedRun[]> {
    const found = [...this.#runs.values()].filter((asked) => asked.room === room);
    return Promise.resolve(found.sort((one, other) => one.at - other.at));
  }

  claim(run: RunId): RunClaim {
    const held = new Value(false);
    this.#waiting.set(run, [...(this.#waiting.get(run) ?? []), held]);
    this.#grant(run);
    return { held, release: () => this.#release(run, held) };
  }

  #release(run: RunId, held: Value<boolean>): void {
    held.set(false);
    this.#waiting.set(
      run,
      (this.#waiting.get(run) ?? []).filter((one) => one !== held),
    );
    this.#grant(run);
  }

  #grant(run: RunId): void {
    this.#waiting.get(run)?.[0]?.set(true);
  }
}
