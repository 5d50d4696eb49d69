import type * as Y from "yjs";
import type { Dispose } from "../../base/dispose.ts";
import type { CellId, RoomId, RunId } from "../../base/ids.ts";
import type { Readable } from "../../base/value.ts";
import type { Execution, ExecutionPlace } from "../../execution/execution.ts";
import { readRun } from "../../notebook/editRuns.ts";
import type { RunRecord } from "../../notebook/runRecord.ts";
import type { AskedRun } from "../../ports/AskedRunStore.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { Kernel } from "../../ports/Kernel.ts";
import type { ClassJobs } from "../app/ClassJobs.ts";
import type { PeerView } from "../views.ts";
import { ASKED_KEPT, GIVEN_UP } from "./askedLimits.ts";
import { askedPlace } from "./resumePlans.ts";
import type { RunOutbox } from "./RunOutbox.ts";

export interface AskedRunsOptions {
  readonly doc: Y.Doc;
  readonly room: RoomId;
  readonly outbox: RunOutbox;
  readonly clock: Clock;
  readonly jobs: Readable<ClassJobs | undefined>;
  readonly mayRun: () => boolean;
  /** Resolves when the document is stored as it stands, or will not be soon. */
  readonly saved: () => Promise<unknown>;
  /** Executes it under the same run; or writes why not. */
  readonly resume: (asked: AskedRun, refusal?: string) => void;
  /** Waits for what an agent has. */
  readonly adopt: (cell: CellId, record: RunRecord, kernel: Kernel) => void;
}

/**
 * What one notebook asked of other computers. Written down before it is queued, forgotten when its end is stored with the
 * document: until then a page that comes after this one takes it up.
 */
export class AskedRuns {
  readonly #options: AskedRunsOptions;
  /** Runs of identities that are gone: their agents bring the ends. */
  readonly #strangers = new Set<RunId>();
  #read: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: AskedRunsOptions) {
    this.#options = options;
  }

  /** Resolves when all that go beyond this computer are written down; undefined if none does. */
  add(executions: readonly Execution[], nameOf: (place: ExecutionPlace) => string): Promise<unknown> | undefined {
    const { outbox, room, clock } = this.#options;
    const added = executions.flatMap(({ run, cell, place, sourceHash, asked }) => {
      const where = asked ? askedPlace(place, nameOf(place)) : undefined;
      return where === undefined
        ? []
        : [{ run, cell, room, place: where, sourceHash, at: clock.now(), given: undefined }];
    });
    return added.length === 0 ? undefined : Promise.all(added.map((asked) => outbox.add(asked)));
  }

  /** The run's end is in the document. */
  ended(run: RunId): void {
    void this.#options.saved().then(() => this.over(run));
  }

  /** There is nothing more to do for the run. */
  over(run: RunId): void {
    this.#options.outbox.remove(run);
  }

  /** Resolves when it is known what pages before this one left. */
  get read(): Promise<void> {
    return this.#read;
  }

  /** Nobody else may take up the run. */
  takesCareOf(run: RunId): boolean {
    return this.#options.outbox.knows(run) || this.#strangers.has(run);
  }

  /** The kernel of a run whose agent may have it already; undefined for one that was never sent, or that may be tried again. */
  kernelOf({ room, place, given }: AskedRun): Kernel | undefined {
    if (given === undefined || place.at === "any") return undefined;
    return this.#options.jobs.get()?.offeredKernel(given.agent, room, given.life);
  }

  /** Takes up what pages before this one left: once the document was read, and whenever one of them may have gone. */
  follow(loaded: Readable<boolean>, replicas: Readable<readonly PeerView[]>): Dispose {
    const { outbox, room } = this.#options;
    const look = (): void => {
      if (!this.#closed && loaded.get()) this.#read = outbox.takeOver(room, (asked) => this.#takeUp(asked));
    };
    let here = 0;
    const stops = [
      loaded.subscribe(look),
      replicas.subscribe(() => {
        const before = here;
        here = replicas.get().length;
        if (here < before) look();
      }),
    ];
    look();
    return () => {
      this.#closed = true;
      for (const stop of stops) stop();
    };
  }

  #takeUp(asked: AskedRun): void {
    const { doc, outbox, clock, mayRun, resume } = this.#options;
    const { run, cell, at, given } = asked;
    if (this.#closed || !mayRun()) {
      outbox.leave(run);
      return;
    }
    const record = readRun(doc, cell);
    const own = record?.run === run ? record : undefined;
    const isNewer = own === undefined && (record?.started ?? 0) > at;
    if (isNewer || (own !== undefined && own.status !== "began")) {
      this.#close(asked);
      return;
    }
    if (clock.now() - at >= ASKED_KEPT) {
      resume(asked, GIVEN_UP);
      return;
    }
    if (given === undefined || own === undefined) {
      resume(asked);
      return;
    }
    this.#whenJobs((jobs) => {
      // A passing identity is nobody's any more: its agent brings the end to the class host.
      if (jobs.peer !== given.asker) {
        this.#strangers.add(run);
        outbox.leave(run);
        return;
      }
      if (!given.taken) {
        resume(asked);
        return;
      }
      this.#options.adopt(cell, own, jobs.adoptedKernel(given.agent, asked.room));
    });
  }

  /** It ended: its agent, which may not know that we know, is told. */
  #close({ run, given }: AskedRun): void {
    this.over(run);
    if (given === undefined) return;
    this.#whenJobs((jobs) => {
      if (jobs.peer === given.asker) jobs.requester.adopt(run, given.agent);
    });
  }

  #whenJobs(act: (jobs: ClassJobs) => void): void {
    const { jobs } = this.#options;
    const stop = jobs.subscribe(() => look());
    const look = (): void => {
      const known = jobs.get();
      if (known === undefined || this.#closed) return;
      stop();
      act(known);
    };
    look();
  }
}
