import * as Y from "yjs";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import type { CellId, PeerId } from "#shared/base/ids.ts";
import { Value } from "#shared/base/value.ts";
import type { RunningPeer } from "#shared/execution/cellState.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { readRun } from "#shared/notebook/editRuns.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { RunRecord } from "#shared/notebook/runRecord.ts";
import type { Kernel } from "#shared/ports/Kernel.ts";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { NotebookControls } from "#shared/session/controls/NotebookControls.ts";
import type { ExecutionRunnerOptions } from "#shared/session/execution/ExecutionRunnerOptions.ts";
import type { KeptResults } from "#shared/session/kept/KeptResults.ts";
import { ExecutionRunner } from "#shared/session/ExecutionRunner.ts";
import { KernelPool } from "#shared/session/KernelPool.ts";
import type { CellActivity } from "#shared/session/views.ts";
import { FakeClock } from "./FakeClock.ts";
import { FakeKernel } from "./FakeKernel.ts";
import { MemoryKernel } from "./MemoryKernel.ts";
import { untilTrue, untilValue } from "./until.ts";

export const ANA = "AAAAAAAAAAAAAAAAAAAAAA" as PeerId;
export const id = (text: string): CellId => text as CellId;

interface Given extends Partial<
  Pick<ExecutionRunnerOptions, "blobs" | "kernelFor" | "onAgents" | "anyKernel" | "everybody" | "cluster">
> {
  readonly kernels?: number;
  readonly start?: () => Promise<Kernel>;
  /** A replica of a notebook that is there; `sources` are of no meaning then. */
  readonly replica?: Uint8Array;
  /** Results that the notebook keeps. */
  readonly kept?: (doc: Y.Doc, clock: FakeClock) => KeptResults;
}

/** A notebook with a runner on it. Kernels are real ones in this thread, unless the test steers its own. */
export class RunnerBench {
  readonly doc = new Y.Doc();
  readonly clock = new FakeClock();
  readonly others = new Value<readonly RunningPeer[]>([]);
  readonly shown: string[] = [];
  readonly skipped: string[] = [];
  readonly started: FakeKernel[] = [];
  readonly runner: ExecutionRunner;
  readonly controls: NotebookControls;

  constructor(sources: Record<string, string | { source: string; language: string }>, given: Given = {}) {
    if (given.replica !== undefined) Y.applyUpdate(this.doc, given.replica);
    else
      createNotebook(this.doc, {
        title: "",
        language: "javascript",
        cells: Object.entries(sources).map(([name, cell]) => ({
          id: id(name),
          kind: "code",
          language: typeof cell === "string" ? "javascript" : cell.language,
          source: typeof cell === "string" ? cell : cell.source,
        })),
      });
    this.controls = new NotebookControls(this.doc, this.clock, {
      may: () => true,
      moved: (cells) => this.runner.moved(cells),
    });
    this.runner = new ExecutionRunner({
      controls: this.controls,
      doc: this.doc,
      kernels: new KernelPool(given.start ?? (() => Promise.resolve(new MemoryKernel())), given.kernels ?? 1),
      kernelFor: given.kernelFor ?? (() => undefined),
      ...(given.onAgents && { onAgents: given.onAgents }),
      ...(given.anyKernel && { anyKernel: given.anyKernel }),
      ...(given.everybody && { everybody: given.everybody }),
      ...(given.cluster && { cluster: given.cluster }),
      ...(given.kept && { kept: given.kept(this.doc, this.clock) }),
      blobs: given.blobs ?? new MemoryBlobStore(),
      clock: this.clock,
      peer: ANA,
      name: () => "Ana",
      others: this.others,
      showRunning: (running) => this.shown.push(running.map(({ cell }) => cell).join(" ")),
      reader: new FlowReader(),
      onSkipped: (cells, failed) => this.skipped.push(`${cells.join(" ")} because ${failed}`),
    });
  }

  /** Starts kernels that the test steers. */
  static fake(sources: Record<string, string>, given: Given = {}): RunnerBench {
    const kernels: FakeKernel[] = [];
    const bench = new RunnerBench(sources, {
      ...given,
      start: () => {
        const kernel = new FakeKernel();
        kernels.push(kernel);
        return Promise.resolve(kernel);
      },
    });
    Object.assign(bench, { started: kernels });
    return bench;
  }

  async run(...cells: string[]): Promise<void> {
    this.runner.execute(cells.map(id));
    await this.idle();
  }

  async idle(): Promise<void> {
    await untilValue(this.runner.busy, (busy) => busy === 0);
    await untilTrue("all is written", () => !this.cells().some((cell) => this.activity(cell).state === "running"));
  }

  cells(): readonly string[] {
    return [...this.doc.getMap("cells").keys()];
  }

  record(cell: string): RunRecord | undefined {
    return readRun(this.doc, id(cell));
  }

  activity(cell: string): CellActivity {
    return this.runner.activity(id(cell)).get();
  }

  outputs(cell: string): readonly CellOutput[] {
    return (this.record(cell)?.outputs ?? []).map(({ inline }) => JSON.parse(inline!) as CellOutput);
  }

  text(cell: string): string {
    return this.outputs(cell)
      .map((output) => {
        if (output.output_type === "stream") return output.text;
        if (output.output_type === "error") return output.traceback.join("\n");
        const text = output.data["text/plain"];
        return typeof text === "string" ? text : "";
      })
      .join("|");
  }
}

/** One executed kernel request in a few letters: before > cell. */
export const asked = (kernel: FakeKernel): readonly string[] =>
  kernel.executions.map(({ request }) =>
    [...request.before.map(({ cell }) => cell), `>${request.program.cell}`].join(" "),
  );
