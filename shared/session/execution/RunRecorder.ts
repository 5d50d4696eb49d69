import type * as Y from "yjs";
import type { Dispose } from "../../base/dispose.ts";
import type { CellId } from "../../base/ids.ts";
import { ms, seconds, type Milliseconds, type UnixMs } from "../../base/units.ts";
import { collectOutput } from "../../execution/collectOutput.ts";
import { beginRun, endRun } from "../../notebook/editRuns.ts";
import type { CellOutput } from "../../notebook/output.ts";
import { couldHaveScripts } from "../../notebook/outputScripts.ts";
import type { RunRecord } from "../../notebook/runRecord.ts";
import type { BlobStore } from "../../ports/BlobStore.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { OutputSigner } from "./OutputSigner.ts";
import { SoFarWriter } from "./soFar/SoFarWriter.ts";
import { OutputRefs, type StoreTools } from "./storeOutputs.ts";

/** A run that ends sooner is written once, at its end: most do, and every write goes to every peer. */
export const BEGIN_DELAY: Milliseconds = ms(100);
/** What a run prints after its end is written no more often than this … */
const LATE_EVERY: Milliseconds = seconds(1);
/** … and no more than so many times: each write replaces the record on every replica. */
const LATE_WRITES = 30;
const LATE_NOTICE = "[what this cell goes on printing is not kept: run it again to see more]\n";

export interface RecorderTools extends StoreTools {
  readonly doc: Y.Doc;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** Called just before it is written that the run began: presence must show it first. */
  readonly beforeBegin: () => void;
  /** Signs outputs with which it matters who made them. */
  readonly signer?: Pick<OutputSigner, "prove">;
}

/** Writes one run of one cell into the document: its beginning, what it gives until its end, the end, and what it prints after that. */
export class RunRecorder {
  readonly #tools: RecorderTools;
  readonly #soFar: SoFarWriter;
  readonly #cell: CellId;
  #record: RunRecord;
  #outputs: readonly CellOutput[] = [];
  #begun = false;
  #closed = false;
  #beginTimer: Dispose | undefined;
  #lateTimer: Dispose | undefined;
  #lateWrites = 0;

  constructor(tools: RecorderTools, cell: CellId, record: RunRecord) {
    this.#tools = tools;
    this.#cell = cell;
    this.#record = record;
    this.#soFar = new SoFarWriter(tools, cell, record.run);
  }

  /** What it waited for has come: it starts now, and not when it was asked for. Called before `start`. */
  restart(started: UnixMs): void {
    this.#record = { ...this.#record, started };
  }

  /** The run begins, which is told soon. Called once. */
  start(): void {
    // What an agent executes must be found again if this page goes away: its beginning is written at once.
    if (this.#record.where.at === "agent") this.#begin();
    else this.#beginTimer = this.#tools.clock.after(BEGIN_DELAY, () => this.#begin());
  }

  get record(): RunRecord {
    return this.#record;
  }

  get outputs(): readonly CellOutput[] {
    return this.#outputs;
  }

  /** What the run reads from, known once its kernel is. */
  set inputs(inputs: RunRecord["inputs"]) {
    this.#record = { ...this.#record, inputs };
    if (this.#begun && !this.#closed) endRun(this.#tools.doc, this.#cell, this.#record);
  }

  /** What became of keeping the result. Written with the end. */
  set kept(kept: NonNullable<RunRecord["kept"]>) {
    this.#record = { ...this.#record, kept };
  }

  /** Where the run is now, if that can change. */
  set where(where: RunRecord["where"]) {
    this.#record = { ...this.#record, where };
    if (where.at === "agent") this.#begin();
    if (this.#begun && !this.#closed) endRun(this.#tools.doc, this.#cell, this.#record);
  }

  /** The run begins anew elsewhere: what it gave does not count. */
  clear(): void {
    this.#outputs = [];
    this.#soFar.note(this.#outputs);
  }

  /** An output that came before the end. */
  add(output: CellOutput): void {
    this.#collect(output);
    this.#soFar.note(this.#outputs);
  }

  /** Writes how the run ended. Resolves when it is written, at once if nothing needs a blob. Never rejects. */
  async end(end: Pick<RunRecord, "status" | "duration" | "errorAt" | "notRun">): Promise<void> {
    this.#record = { ...this.#record, ...end };
    this.#soFar.close();
    await this.#writeOutputs();
    this.#beginTimer?.();
  }

  /** An output that came after the end. */
  addLate(output: CellOutput): void {
    if (this.#closed || this.#lateWrites >= LATE_WRITES) return;
    this.#collect(output);
    this.#lateTimer ??= this.#tools.clock.after(LATE_EVERY, () => void this.#writeLate());
  }

  /** From now on nothing is written. */
  close(): void {
    this.#closed = true;
    this.#soFar.close();
    this.#beginTimer?.();
    this.#lateTimer?.();
  }

  #collect(output: CellOutput): void {
    this.#outputs = collectOutput(this.#outputs, output, this.#record.count);
  }

  #begin(): void {
    if (this.#closed || this.#begun) return;
    this.#tools.beforeBegin();
    this.#begun = true;
    const { doc } = this.#tools;
    beginRun(doc, this.#cell, { ...this.#record, status: "began", duration: undefined });
  }

  /** At once, if nothing needs a blob or a signature. */
  async #writeOutputs(): Promise<void> {
    const { signer } = this.#tools;
    const refs = new OutputRefs(this.#outputs);
    const outputs = refs.inline ?? (await refs.store(this.#tools));
    this.#record = { ...this.#record, outputs };
    const proof = couldHaveScripts({ outputs }) ? await signer?.prove(this.#cell, this.#record) : undefined;
    this.#write({ ...this.#record, ...(proof && { proof }) });
  }

  #write(record: RunRecord): void {
    this.#lateTimer = undefined;
    if (this.#closed) return;
    if (this.#begun) endRun(this.#tools.doc, this.#cell, record);
    else beginRun(this.#tools.doc, this.#cell, record);
    this.#begun = true;
  }

  async #writeLate(): Promise<void> {
    this.#lateWrites++;
    if (this.#lateWrites === LATE_WRITES) this.#collect({ output_type: "stream", name: "stderr", text: LATE_NOTICE });
    await this.#writeOutputs();
  }
}
