import type { TraceParent } from "../../base/traceParent.ts";
import type { JobKey } from "../../jobs/jobKey.ts";
import type { AgentEnd, OfferMessage } from "../../jobs/jobMessage.ts";
import type { Span, Tracer } from "../../ports/Tracer.ts";

/** Ended jobs whose context is remembered, for ends that are told again. The oldest goes first. */
const REMEMBERED = 1_024;

/** One execution that is watched. */
export interface TracedExecution {
  /** It printed or showed something. */
  output(): void;
  end(end: AgentEnd): void;
}

/** The spans of jobs at their agent: `run`, and in it `output`. Passes the context on also where nothing is recorded. */
export class AgentTraces {
  readonly #tracer: Tracer | undefined;
  readonly #contexts = new Map<JobKey, TraceParent>();

  constructor(tracer: Tracer | undefined) {
    this.#tracer = tracer;
  }

  /** Undefined for a job of which its requester traces nothing. */
  begin(key: JobKey, { traceparent: parent, attempt, job, program }: OfferMessage): TracedExecution | undefined {
    if (parent === undefined) return undefined;
    const facts = { "meshbook.job": job, "meshbook.attempt": attempt, "meshbook.language": program.language };
    const run = this.#tracer?.begin("run", { parent, kind: "consumer", facts });
    this.#remember(key, run?.context ?? parent);
    return run && this.#watch(run);
  }

  /** The context that goes with the end of a job. */
  contextOf(key: JobKey): TraceParent | undefined {
    return this.#contexts.get(key);
  }

  #watch(run: Span): TracedExecution {
    let output: Span | undefined;
    let items = 0;
    return {
      output: () => {
        items += 1;
        output ??= this.#tracer?.begin("output", { parent: run.context });
      },
      end: (end) => {
        output?.end({ facts: { "meshbook.items": items } });
        const status = end.status === "executed" ? end.end.status : end.status;
        const facts = { "meshbook.status": status };
        run.end(status === "ok" || status === "cancelled" ? { facts } : { facts, error: status });
      },
    };
  }

  #remember(key: JobKey, context: TraceParent): void {
    const [oldest] = this.#contexts.keys();
    if (this.#contexts.size >= REMEMBERED && oldest !== undefined) this.#contexts.delete(oldest);
    this.#contexts.set(key, context);
  }
}
