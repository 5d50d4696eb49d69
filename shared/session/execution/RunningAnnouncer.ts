import type { Dispose } from "../../base/dispose.ts";
import type { CellId, RunId } from "../../base/ids.ts";
import type { Clock } from "../../ports/Clock.ts";
import { BEGIN_DELAY } from "./RunRecorder.ts";

export interface CellRun {
  readonly cell: CellId;
  readonly run: RunId;
}

/** Runs shown at once; more would make each presence message long. */
const SHOWN_RUNS = 100;

/** Shows in presence what we run. Not at once: presence goes to every peer, and most runs are over before it arrives. */
export class RunningAnnouncer {
  readonly #clock: Clock;
  readonly #running: () => readonly CellRun[];
  readonly #show: (running: readonly CellRun[]) => void;
  #timer: Dispose | undefined;
  #shown = "";

  constructor(clock: Clock, running: () => readonly CellRun[], show: (running: readonly CellRun[]) => void) {
    this.#clock = clock;
    this.#running = running;
    this.#show = show;
  }

  /** What runs has changed. */
  soon(): void {
    this.#timer ??= this.#clock.after(BEGIN_DELAY, () => this.now());
  }

  now(): void {
    this.#timer?.();
    this.#timer = undefined;
    this.#tell(this.#running().slice(0, SHOWN_RUNS));
  }

  /** Shows nothing any more. */
  close(): void {
    this.#timer?.();
    this.#timer = undefined;
    this.#tell([]);
  }

  #tell(running: readonly CellRun[]): void {
    const key = running.map(({ run }) => run).join();
    if (key === this.#shown) return;
    this.#shown = key;
    this.#show(running);
  }
}
