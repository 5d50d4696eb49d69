import type { CellId, RunId } from "../../base/ids.ts";
import type { Milliseconds, UnixMs } from "../../base/units.ts";
import { Value, type Readable } from "../../base/value.ts";
import type { ExecutionPlace } from "../../execution/execution.ts";
import type { CellOutput } from "../../notebook/output.ts";
import type { LiveRun } from "../execution/LiveRun.ts";

/** Ended runs that are remembered: what one looks back at, not an archive. The notebook has the last run of each cell. */
const HISTORY_LIMIT = 30;
/** Letters at the end of what a run printed that are kept with it. */
const LOG_LIMIT = 4_000;

/** One execution of ours that ended while this notebook was open. */
export interface EndedEntry {
  readonly run: RunId;
  readonly cell: CellId;
  /** `parked`: it was lost too often and is not tried again by itself. `not-run`: nothing of it was executed. */
  readonly end: "ok" | "error" | "interrupted" | "parked" | "not-run";
  /** Why it is parked or was not run, or the error; empty for what ended well. */
  readonly reason: string;
  /** "here", the agent's name, or what it was asked of. */
  readonly where: string;
  /** Tries at agents, 1 for what needed one. */
  readonly attempt: number;
  readonly duration: Milliseconds | undefined;
  readonly at: UnixMs;
  /** The end of what it printed. */
  readonly log: string;
  /** Where it was to run, and would again. */
  readonly place: ExecutionPlace;
}

/** What ended lately, the newest first. */
export class EndedRuns {
  readonly #entries = new Value<readonly EndedEntry[]>([]);

  get view(): Readable<readonly EndedEntry[]> {
    return this.#entries;
  }

  add(live: LiveRun, at: UnixMs): void {
    this.#entries.update((entries) => [entryOf(live, at), ...entries].slice(0, HISTORY_LIMIT));
  }

  /** Takes one out, because it runs again. */
  take(run: RunId): EndedEntry | undefined {
    const taken = this.#entries.get().find((entry) => entry.run === run);
    if (taken !== undefined) this.#entries.update((entries) => entries.filter((entry) => entry !== taken));
    return taken;
  }

  clear(): void {
    this.#entries.set([]);
  }
}

function entryOf({ execution, recorder, where, place, outputs }: LiveRun, at: UnixMs): EndedEntry {
  const { record } = recorder;
  const parked = record.where.at === "any" ? record.where.parked : undefined;
  const status = record.status === "ok" || record.status === "error" ? record.status : "interrupted";
  const { notRun } = record;
  return {
    ...{ run: execution.run, cell: execution.cell, place: execution.place, duration: record.duration, at },
    end: parked !== undefined ? "parked" : notRun !== undefined ? "not-run" : status,
    reason: parked ?? notRun ?? (status === "error" ? errorIn(outputs) : ""),
    where: record.where.at === "agent" ? record.where.name : where,
    attempt: place?.attempt ?? 1,
    log: logOf(outputs),
  };
}

function errorIn(outputs: readonly CellOutput[]): string {
  const error = outputs.find((output) => output.output_type === "error");
  return error === undefined ? "" : `${error.ename}: ${error.evalue}`.slice(0, LOG_LIMIT);
}

function logOf(outputs: readonly CellOutput[]): string {
  const printed = outputs.map((output) => (output.output_type === "stream" ? output.text : ""));
  return printed.join("").slice(-LOG_LIMIT);
}
