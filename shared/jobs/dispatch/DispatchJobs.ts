import type { RunId } from "../../base/ids.ts";
import { VersionedMap } from "../../base/VersionedMap.ts";
import type { DispatchedJob } from "./dispatchedJob.ts";

/** `again`: it was given away before, and waits for its next attempt. */
type Place = "again" | "fresh" | "offered";
const PLACES = ["again", "fresh", "offered"] as const;

/** As many of those that wait are looked at first: mostly a few are given away at a time, of very many. */
const FIRST_PAGE = 128;

/**
 * The jobs of a dispatcher. Never changes: `with` and `without` give another. What is asked at each event costs the same,
 * however many wait. Of those that wait, the ones that were given away before come first.
 */
export class DispatchJobs {
  readonly #maps: Readonly<Record<Place, VersionedMap<RunId, DispatchedJob>>>;

  static of(): DispatchJobs {
    const none = VersionedMap.of<RunId, DispatchedJob>();
    return new DispatchJobs({ again: none, fresh: none, offered: none });
  }

  private constructor(maps: Readonly<Record<Place, VersionedMap<RunId, DispatchedJob>>>) {
    this.#maps = maps;
  }

  get size(): number {
    return PLACES.reduce((sum, place) => sum + this.#maps[place].size, 0);
  }

  get(id: RunId): DispatchedJob | undefined {
    for (const place of PLACES) {
      const job = this.#maps[place].get(id);
      if (job !== undefined) return job;
    }
    return undefined;
  }

  has(id: RunId): boolean {
    return this.get(id) !== undefined;
  }

  with(job: DispatchedJob): DispatchJobs {
    const to = placeOf(job);
    const maps = { ...this.#maps };
    for (const place of PLACES) if (place !== to) maps[place] = maps[place].without(job.job);
    maps[to] = maps[to].with(job.job, job);
    return new DispatchJobs(maps);
  }

  without(id: RunId): DispatchJobs {
    const { again, fresh, offered } = this.#maps;
    return new DispatchJobs({ again: again.without(id), fresh: fresh.without(id), offered: offered.without(id) });
  }

  /** Those that are at an agent. */
  get offered(): readonly DispatchedJob[] {
    return this.#maps.offered.values();
  }

  /** Those that wait, in the order in which they are given away. */
  *waiting(): Iterable<DispatchedJob> {
    const { again, fresh } = this.#maps;
    yield* again.values();
    const page = fresh.take(FIRST_PAGE);
    yield* page;
    if (page.length === FIRST_PAGE) yield* fresh.values().slice(FIRST_PAGE);
  }

  values(): readonly DispatchedJob[] {
    return PLACES.flatMap((place) => this.#maps[place].values());
  }
}

function placeOf({ stage, attempt }: DispatchedJob): Place {
  if (stage.name === "offered") return "offered";
  return attempt > 0 ? "again" : "fresh";
}
