import { opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";

/** How old what is told may be: looking costs a call for each file, and a scraper comes every few seconds. */
const AGE_LIMIT: Milliseconds = seconds(30);

export interface StorageFacts {
  /** Bytes of each folder. One that is not there has none. */
  readonly bytes: Readonly<Record<string, number>>;
  /** Documents and dated states that are kept. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface StorageParts {
  readonly folders: Readonly<Record<string, string>>;
  readonly counts: Readonly<Record<string, () => Promise<number>>>;
}

/** How much is stored, looked up when it is asked for, and not more often than every half minute. */
export class StorageSizes {
  readonly #parts: StorageParts;
  readonly #clock: Clock;
  #known: { readonly at: Milliseconds; readonly facts: Promise<StorageFacts> } | undefined;

  constructor(parts: StorageParts, clock: Clock) {
    this.#parts = parts;
    this.#clock = clock;
  }

  /** Never rejects for files that vanish while it looks. */
  read(): Promise<StorageFacts> {
    const at = this.#clock.monotonic();
    if (this.#known === undefined || at - this.#known.at >= AGE_LIMIT) {
      const facts = this.#look();
      this.#known = { at, facts };
      facts.catch(() => (this.#known = undefined));
    }
    return this.#known.facts;
  }

  async #look(): Promise<StorageFacts> {
    const { folders, counts } = this.#parts;
    const [bytes, counted] = await Promise.all([all(folders, folderSize), all(counts, (count) => count())]);
    return { bytes, counts: counted };
  }
}

async function all<T>(
  parts: Readonly<Record<string, T>>,
  look: (part: T) => Promise<number>,
): Promise<Readonly<Record<string, number>>> {
  const entries = Object.entries(parts).map(async ([name, part]): Promise<[string, number]> => [
    name,
    await look(part),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

/** Bytes of the files in a folder and in those in it. Links are not followed. */
async function folderSize(folder: string): Promise<number> {
  const entries = await opendir(folder).catch(() => undefined);
  let size = 0;
  for await (const entry of entries ?? []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) size += await folderSize(path);
    else if (entry.isFile())
      size += await stat(path).then(
        ({ size: bytes }) => bytes,
        () => 0,
      );
  }
  return size;
}
