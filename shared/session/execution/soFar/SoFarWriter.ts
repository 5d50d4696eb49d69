import type * as Y from "yjs";
import type { Dispose } from "../../../base/dispose.ts";
import type { CellId, RunId } from "../../../base/ids.ts";
import { kib, seconds, type Bytes, type Milliseconds } from "../../../base/units.ts";
import type { CellOutput } from "../../../notebook/output.ts";
import { writeOutputsSoFar } from "../../../notebook/outputsSoFar.ts";
import { OUTPUT_COUNT_LIMIT, type OutputRef } from "../../../notebook/runRecord.ts";
import type { BlobStore } from "../../../ports/BlobStore.ts";
import type { Clock } from "../../../ports/Clock.ts";
import { OutputRefs } from "../storeOutputs.ts";
import { printedPieces } from "./printedPieces.ts";

/** What a run gives reaches the others no more often than this: each time is a change that goes to every replica. */
const SO_FAR_EVERY: Milliseconds = seconds(1);
/** No more of it a second than this: what comes faster is told less often, and all of it at the end. */
const SO_FAR_RATE: Bytes = kib(64);
/** What a reference counts for, beside what stands in it: hash, type and size. */
const REF_SIZE = 150;

export interface SoFarTools {
  readonly doc: Y.Doc;
  readonly blobs: BlobStore;
  readonly clock: Clock;
}

interface Told {
  readonly output: CellOutput;
  readonly ref: OutputRef;
}

/**
 * Lets the others see what a run gives while it goes on, also whoever comes later: one value of the document, replaced about
 * once a second. It grows with the output and not with time: what was stored stays as it is, and only what is new is stored.
 */
export class SoFarWriter {
  readonly #tools: SoFarTools;
  readonly #cell: CellId;
  readonly #run: RunId;
  #outputs: readonly CellOutput[] | undefined;
  #told: readonly Told[] = [];
  #timer: Dispose | undefined;
  #writing = false;
  #closed = false;

  constructor(tools: SoFarTools, cell: CellId, run: RunId) {
    this.#tools = tools;
    this.#cell = cell;
    this.#run = run;
  }

  /** What the run gave until now. It is told in a while. */
  note(outputs: readonly CellOutput[]): void {
    this.#outputs = outputs;
    if (!this.#writing) this.#later(SO_FAR_EVERY);
  }

  /** The run ended, or nothing is to be written any more. */
  close(): void {
    this.#closed = true;
    this.#timer?.();
  }

  #later(wait: Milliseconds): void {
    if (this.#closed) return;
    this.#timer ??= this.#tools.clock.after(wait, () => {
      this.#timer = undefined;
      void this.#write();
    });
  }

  /** Never rejects. */
  async #write(): Promise<void> {
    const outputs = this.#outputs;
    if (outputs === undefined) return;
    this.#outputs = undefined;
    this.#writing = true;
    const pieces = outputs.flatMap(printedPieces).slice(-OUTPUT_COUNT_LIMIT);
    const known = pieces.map((piece, index) => knownRef(piece, this.#told[index]));
    const fresh = pieces.filter((_, index) => known[index] === undefined);
    const made = new OutputRefs(fresh);
    const refs = [...(made.inline ?? (await made.store(this.#tools)))];
    const stored = refs.reduce((sum, { size, inline }) => (inline === undefined ? sum + size : sum), 0);
    this.#told = pieces.flatMap((output, index) => {
      const ref = known[index] ?? refs.shift();
      return ref === undefined ? [] : [{ output, ref }];
    });
    this.#writing = false;
    if (this.#closed) return;
    const all = this.#told.map(({ ref }) => ref);
    writeOutputsSoFar(this.#tools.doc, this.#cell, { run: this.#run, outputs: all });
    const written = all.reduce((sum, { inline }) => sum + REF_SIZE + (inline?.length ?? 0), stored);
    this.#later(seconds(Math.max(SO_FAR_EVERY / 1_000, written / SO_FAR_RATE)));
  }
}

/** The reference that was told for the piece that stands at the same place, if that is what stands there now. */
function knownRef(piece: CellOutput, told: Told | undefined): OutputRef | undefined {
  if (told === undefined) return undefined;
  const { output, ref } = told;
  if (output === piece) return ref;
  const printed = output.output_type === "stream" && piece.output_type === "stream";
  return printed && output.name === piece.name && output.text === piece.text ? ref : undefined;
}
