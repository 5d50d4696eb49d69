// Ends of jobs in LevelDB, below the agent's folder. What comes while a write is under way goes together into the next,
// which the disk has flushed when it is done: many ends share one flush.

import { ClassicLevel } from "classic-level";
import type { Dispose } from "#shared/base/dispose.ts";
import { messageOf } from "#shared/base/errors.ts";
import { isRecord } from "#shared/base/parse.ts";
import { ms, seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { EndStore } from "#shared/ports/EndStore.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { decodeEndRecord, encodeEndRecord } from "./endRecord.ts";

type Level = ClassicLevel<string, Uint8Array>;

/** How long a refused write waits before it is tried again, doubling up to the second value. */
const FIRST_RETRY: Milliseconds = ms(500);
const LAST_RETRY: Milliseconds = seconds(15);
/** Another agent on this folder, which is about to end, has the store for this long at most. */
const LOCK_PATIENCE: Milliseconds = seconds(10);
const LOCK_RETRY: Milliseconds = ms(100);
/** Ends, and what was found damaged. */
const END = "end ";
const BAD = "bad ";

export interface DiskEndsOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A disk that refuses is told once, in words for the agent's owner; until it takes writes again, memory has everything. */
export class DiskEnds implements EndStore {
  readonly #options: DiskEndsOptions;
  #level: Level | undefined;
  /** Undefined: to be removed. */
  #waiting = new Map<string, Uint8Array | undefined>();
  #writing: Promise<boolean> | undefined;
  #stopRetry: Dispose | undefined;
  #nextRetry: Milliseconds = FIRST_RETRY;
  #refused = false;
  #closed = false;

  constructor(options: DiskEndsOptions) {
    this.#options = options;
  }

  async load(): Promise<readonly Uint8Array[]> {
    const { folder, clock, logger } = this.#options;
    try {
      this.#level = await openPatiently(folder, { clock, logger, closed: () => this.#closed });
      const kept = await this.#read(this.#level);
      void this.#write();
      return kept;
    } catch (error) {
      const reason = messageOf(error instanceof Error ? (error.cause ?? error) : error);
      logger.warn("the results of this agent cannot be kept on disk: those nobody fetched go when it ends", {
        folder,
        reason,
      });
      this.#closed = true;
      this.#waiting.clear();
      return [];
    }
  }

  put(key: string, record: Uint8Array): void {
    if (this.#closed) return;
    this.#waiting.set(END + key, encodeEndRecord(record));
    this.#writeSoon();
  }

  remove(key: string): void {
    if (this.#closed) return;
    this.#waiting.set(END + key, undefined);
    this.#writeSoon();
  }

  async flush(): Promise<boolean> {
    this.#stopRetry?.();
    this.#stopRetry = undefined;
    return this.#write();
  }

  async close(): Promise<void> {
    if (!this.#closed) await this.flush();
    this.#closed = true;
    this.#stopRetry?.();
    await this.#level?.close();
  }

  #writeSoon(): void {
    if (this.#writing === undefined && this.#stopRetry === undefined) void this.#write();
  }

  /** True when nothing waits any more. */
  #write(): Promise<boolean> {
    this.#writing ??= this.#drain();
    return this.#writing;
  }

  async #drain(): Promise<boolean> {
    // What comes in the same turn goes along.
    await Promise.resolve();
    while (this.#waiting.size > 0 && this.#level !== undefined && (await this.#writeGroup(this.#level)));
    // In the turn in which the loop saw that nothing waits: what comes next begins anew.
    this.#writing = undefined;
    return this.#waiting.size === 0 && this.#level !== undefined;
  }

  async #writeGroup(level: Level): Promise<boolean> {
    const group = this.#waiting;
    this.#waiting = new Map();
    const batch = [...group].map(([key, value]) =>
      value === undefined ? ({ type: "del", key } as const) : ({ type: "put", key, value } as const),
    );
    try {
      // What was removed may come back after a crash: it is confirmed again.
      await level.batch(batch, { sync: batch.some(({ type }) => type === "put") });
    } catch (error) {
      // Newer changes of a key count.
      this.#waiting = new Map([...group, ...this.#waiting]);
      this.#refuse(error);
      return false;
    }
    if (this.#refused) this.#options.logger.warn("results are kept on disk again");
    this.#refused = false;
    this.#nextRetry = FIRST_RETRY;
    return true;
  }

  #refuse(error: unknown): void {
    const { logger, clock } = this.#options;
    if (!this.#refused) {
      const reason = messageOf(error);
      logger.warn("the disk takes no results (is it full?): they wait in memory, and go if this agent ends", {
        reason,
      });
    }
    this.#refused = true;
    if (this.#closed) return;
    this.#stopRetry?.();
    this.#stopRetry = clock.after(this.#nextRetry, () => {
      this.#stopRetry = undefined;
      void this.#reopenAndWrite();
    });
    this.#nextRetry = ms(Math.min(LAST_RETRY, this.#nextRetry * 2));
  }

  /** LevelDB takes no writes any more after one has failed, until it is opened anew. */
  async #reopenAndWrite(): Promise<void> {
    try {
      await this.#level?.close();
      await this.#level?.open();
    } catch (error) {
      this.#refuse(error);
      return;
    }
    await this.#write();
  }

  async #read(level: Level): Promise<readonly Uint8Array[]> {
    const kept: Uint8Array[] = [];
    for await (const [key, value] of level.iterator({ gte: END, lt: `${END}~` })) {
      const content = decodeEndRecord(value);
      if (content !== undefined) {
        kept.push(content);
        continue;
      }
      this.#options.logger.warn("a kept result is damaged and was set aside", { key });
      this.#waiting.set(BAD + key, value).set(key, undefined);
    }
    return kept;
  }
}

interface Opening extends Pick<DiskEndsOptions, "clock" | "logger"> {
  readonly closed: () => boolean;
}

/** Waits while another agent has it. */
async function openPatiently(folder: string, { clock, logger, closed }: Opening): Promise<Level> {
  const until = clock.monotonic() + LOCK_PATIENCE;
  for (;;) {
    try {
      return await openLevel(folder, logger);
    } catch (error) {
      if (codeOf(error) !== "LEVEL_LOCKED" || clock.monotonic() >= until || closed()) throw error;
    }
    await new Promise<void>((resolve) => clock.after(LOCK_RETRY, resolve));
  }
}

async function openLevel(folder: string, logger: Logger): Promise<Level> {
  try {
    return await open(folder);
  } catch (error) {
    if (codeOf(error) !== "LEVEL_CORRUPTION") throw error;
    logger.warn("the kept results are damaged; repairing what can be", { folder });
  }
  await ClassicLevel.repair(folder);
  return open(folder);
}

async function open(folder: string): Promise<Level> {
  const level: Level = new ClassicLevel(folder, { valueEncoding: "view", compression: false });
  await level.open();
  return level;
}

function codeOf(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return isRecord(cause) ? cause["code"] : undefined;
}
