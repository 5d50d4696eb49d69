import { systemClock } from "#shared/adapters/systemClock.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import { ownProgram } from "../trusted.ts";
import tickWorker from "./tickWorker.ts?worker&url";

/** A clock whose timers also go off while the tab is hidden. Not while it is frozen: then nothing of the page goes on. */
export function createHiddenClock(): Clock {
  let worker: Worker | undefined;
  let ids = 0;
  const waiting = new Map<number, () => void>();
  const open = (): Worker => {
    const opened = new Worker(ownProgram(tickWorker), { type: "module" });
    opened.addEventListener("message", ({ data }: MessageEvent<number>) => {
      const callback = waiting.get(data);
      waiting.delete(data);
      callback?.();
    });
    return opened;
  };
  return {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic(),
    after: (delay, callback) => {
      worker ??= open();
      const id = ++ids;
      waiting.set(id, callback);
      worker.postMessage({ id, delay });
      return () => {
        if (waiting.delete(id)) worker?.postMessage({ id, delay: undefined });
      };
    },
  };
}
