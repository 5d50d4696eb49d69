import { Worker } from "node:worker_threads";
import type { Dispose } from "#shared/base/dispose.ts";
import { messageOf } from "#shared/base/errors.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { ThreadJob, ThreadReply } from "./exporterMessages.ts";

/** A notebook that takes longer is given up: one that is made to hang must not keep the others from being exported. */
const TIME_LIMIT: Milliseconds = seconds(60);
/** The thread ends when it has had nothing to do for so long, and gives its memory back. */
const IDLE_LIMIT: Milliseconds = seconds(60);
/** MiB of objects; beyond, the thread dies and the host does not. */
const HEAP_LIMIT = 1024;

/** A thread that reads documents for the host, started when it is needed. One job at a time. Never rejects. */
export class ExporterThread {
  readonly #script: string;
  readonly #clock: Clock;
  #worker: Worker | undefined;
  #cancelIdle: Dispose | undefined;

  /** `script`: the built entry. */
  constructor(script: string, clock: Clock) {
    this.#script = script;
    this.#clock = clock;
  }

  async run(job: ThreadJob): Promise<ThreadReply> {
    this.#cancelIdle?.();
    const worker = (this.#worker ??= this.#start());
    const reply = await this.#ask(worker, job);
    if (this.#worker === worker) this.#cancelIdle = this.#clock.after(IDLE_LIMIT, () => void this.close());
    return reply;
  }

  async close(): Promise<void> {
    this.#cancelIdle?.();
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT } });
    worker.unref();
    const forget = (): void => {
      if (this.#worker === worker) this.#worker = undefined;
    };
    worker.once("exit", forget);
    // Without a listener the host would die with it.
    worker.on("error", forget);
    return worker;
  }

  #ask(worker: Worker, job: ThreadJob): Promise<ThreadReply> {
    return new Promise((resolve) => {
      const settle = (reply: ThreadReply): void => {
        cancelLate();
        worker.off("message", settle);
        worker.off("error", onError);
        worker.off("exit", onExit);
        resolve(reply);
      };
      const onError = (error: unknown): void => settle({ type: "failed", message: messageOf(error) });
      const onExit = (): void => settle({ type: "failed", message: "the exporter ended" });
      const cancelLate = this.#clock.after(TIME_LIMIT, () => {
        settle({ type: "failed", message: `not done within ${TIME_LIMIT / 1000} s` });
        void this.close();
      });
      worker.on("message", settle);
      worker.on("error", onError);
      worker.on("exit", onExit);
      worker.postMessage(job);
    });
  }
}
