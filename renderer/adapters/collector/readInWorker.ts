import { ContentHash } from "#shared/base/ids.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import { ownProgram } from "../trusted.ts";
import referencesWorker from "./referencesWorker.ts?worker&url";

/** Reading a full storage takes seconds; a worker that says nothing for this long never will. */
const TIME_LIMIT: Milliseconds = seconds(300);

/** `deviceReferences`, beside the page. Undefined also if the worker fails. */
export function readInWorker(clock: Clock): Promise<ReadonlySet<ContentHash> | undefined> {
  const worker = new Worker(ownProgram(referencesWorker), { type: "module" });
  return new Promise((resolve) => {
    const end = (hashes: ReadonlySet<ContentHash> | undefined): void => {
      cancel();
      worker.terminate();
      resolve(hashes);
    };
    const cancel = clock.after(TIME_LIMIT, () => end(undefined));
    worker.onerror = () => end(undefined);
    worker.onmessage = ({ data }: MessageEvent<unknown>) => {
      end(data instanceof Set ? new Set([...data].flatMap((hash) => ContentHash.parse(hash) ?? [])) : undefined);
    };
  });
}
