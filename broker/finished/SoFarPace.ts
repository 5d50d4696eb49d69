import type { RunId } from "#shared/base/ids.ts";
import { kib, ms, type Bytes, type Milliseconds } from "#shared/base/units.ts";
import { TokenBucket, type Rate } from "../limits/TokenBucket.ts";

/** Output of one run while it goes on, in bytes: twice what agents bring (`LeftOutput`), since all of it stays for a month. */
const OUTPUT: Rate = { burst: kib(256), perSecond: kib(64) };
/** What the smallest request counts: each is a change of the document. */
const LEAST: Bytes = kib(4);
/** Runs remembered; of more, the one heard of longest ago is taken for new. */
const RUNS = 1_000;

/** Whose output so far may be written now: an agent may be anybody's, and what it brings replaces itself without end. */
export class SoFarPace {
  readonly #runs = new Map<RunId, { readonly bucket: TokenBucket; readonly until: Milliseconds }>();

  /** False if the run has to wait; else `size` bytes of it count. */
  takes(run: RunId, size: number, now: Milliseconds): boolean {
    const { bucket, until } = this.#runs.get(run) ?? { bucket: new TokenBucket(OUTPUT, now), until: now };
    if (now < until) return false;
    this.#runs.delete(run);
    this.#runs.set(run, { bucket, until: ms(now + bucket.take(Math.max(LEAST, size), now)) });
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > RUNS && oldest !== undefined) this.#runs.delete(oldest);
    return true;
  }
}
