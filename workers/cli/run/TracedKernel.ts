import type { Dispose } from "#shared/base/dispose.ts";
import type { CellId, KernelId, RunId } from "#shared/base/ids.ts";
import type { TraceParent } from "#shared/base/traceParent.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { Kernel, KernelEnd, KernelRequest } from "#shared/ports/Kernel.ts";
import type { Span, Tracer } from "#shared/ports/Tracer.ts";

/** A kernel each of whose executions is a span `run`, and in it `output` from its first output on. */
export class TracedKernel implements Kernel {
  readonly #kernel: Kernel;
  readonly #tracer: Tracer;
  readonly #parent: TraceParent;

  constructor(kernel: Kernel, tracer: Tracer, parent: TraceParent) {
    this.#kernel = kernel;
    this.#tracer = tracer;
    this.#parent = parent;
  }

  get id(): KernelId {
    return this.#kernel.id;
  }

  get lost(): boolean {
    return this.#kernel.lost === true;
  }

  async execute(
    request: KernelRequest,
    onOutput: (output: CellOutput) => void,
    signal: AbortSignal,
  ): Promise<KernelEnd> {
    const facts = { "meshbook.job": request.run, "meshbook.language": request.program.language };
    const span = this.#tracer.begin("run", { parent: this.#parent, facts });
    let output: Span | undefined;
    const watched = (one: CellOutput): void => {
      output ??= this.#tracer.begin("output", { parent: span.context });
      onOutput(one);
    };
    let status: string = "lost";
    try {
      const end = await this.#kernel.execute(request, watched, signal);
      ({ status } = end);
      return end;
    } finally {
      output?.end();
      span.end({ facts: { "meshbook.status": status }, error: status === "ok" ? undefined : status });
    }
  }

  onLate(listener: (run: RunId, output: CellOutput) => void): Dispose {
    return this.#kernel.onLate?.(listener) ?? (() => {});
  }

  holds(): ReadonlySet<CellId> {
    return this.#kernel.holds();
  }

  close(): void {
    this.#kernel.close();
  }
}
