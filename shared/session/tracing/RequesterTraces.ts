import type { RunId } from "../../base/ids.ts";
import type { TraceParent } from "../../base/traceParent.ts";
import type { AttemptEnd } from "../../jobs/requestedJob.ts";
import type { Span, Tracer } from "../../ports/Tracer.ts";

/** Jobs whose spans are open. Beyond it, new ones are not traced. */
const JOBS_LIMIT = 10_000;

interface Traced {
  /** From the first to the last of it. */
  readonly submit: Span;
  /** Until it is given to an agent. */
  wait: Span | undefined;
  /** From being given to an agent until that has it. */
  dispatch: Span | undefined;
  /** From the agent's word that it ended until all of it is here. */
  result: Span | undefined;
}

/** Ends of a job or an attempt, as far as spans need them. */
type End = { readonly status: AttemptEnd["status"] | "parked" };

/** The spans of jobs at their requester: `submit`, and in it `wait`, `dispatch`, and, in the agent's `run`, `result`. */
export class RequesterTraces {
  readonly #tracer: Tracer;
  readonly #parent: TraceParent | undefined;
  readonly #jobs = new Map<RunId, Traced>();

  /** `parent`: the span in which this program runs. */
  constructor(tracer: Tracer, parent?: TraceParent) {
    this.#tracer = tracer;
    this.#parent = parent;
  }

  submitted(job: RunId): void {
    if (this.#jobs.has(job) || this.#jobs.size >= JOBS_LIMIT) return;
    const submit = this.#tracer.begin("submit", { parent: this.#parent, facts: { "meshbook.job": job } });
    const wait = this.#tracer.begin("wait", { parent: submit.context });
    this.#jobs.set(job, { submit, wait, dispatch: undefined, result: undefined });
  }

  /** The context that goes with the offer; undefined for a job that is not traced. */
  offered(job: RunId, attempt: number): TraceParent | undefined {
    const traced = this.#jobs.get(job);
    if (traced === undefined) return undefined;
    traced.wait?.end();
    traced.wait = undefined;
    const facts = { "meshbook.attempt": attempt };
    traced.dispatch = this.#tracer.begin("dispatch", { parent: traced.submit.context, kind: "producer", facts });
    return traced.dispatch.context;
  }

  taken(job: RunId): void {
    this.#jobs.get(job)?.dispatch?.end();
  }

  /** The agent says that it ended; `context` is its span. */
  doneHeard(job: RunId, context: TraceParent): void {
    const traced = this.#jobs.get(job);
    if (traced === undefined) return;
    traced.result ??= this.#tracer.begin("result", { parent: context });
  }

  /** One attempt is over; another may follow, for which the job then waits. */
  attemptEnded(job: RunId, { status }: End): void {
    const traced = this.#jobs.get(job);
    if (traced === undefined) return;
    traced.dispatch?.end(status === "executed" ? {} : { error: status });
    traced.result?.end();
    traced.result = undefined;
    if (status !== "executed") traced.wait = this.#tracer.begin("wait", { parent: traced.submit.context });
  }

  /** The job is over. */
  ended(job: RunId, { status }: End): void {
    const traced = this.#jobs.get(job);
    if (traced === undefined) return;
    this.#jobs.delete(job);
    traced.wait?.end();
    traced.dispatch?.end();
    traced.result?.end();
    const facts = { "meshbook.status": status };
    traced.submit.end(status === "executed" || status === "cancelled" ? { facts } : { facts, error: status });
  }
}
