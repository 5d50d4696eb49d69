import { messageOf } from "../../base/errors.ts";
import { formatBytes, seconds, type Milliseconds } from "../../base/units.ts";
import { createOutputRef, outputMime } from "../../notebook/outputRef.ts";
import type { CellOutput } from "../../notebook/output.ts";
import type { OutputRef } from "../../notebook/runRecord.ts";
import type { BlobStore } from "../../ports/BlobStore.ts";
import type { Clock } from "../../ports/Clock.ts";

/** Storage on the device that says nothing for this long will not: the run must end. */
const STORE_LIMIT: Milliseconds = seconds(20);
/** Characters of a storage error that are shown: the notice must itself be inline. */
const REASON_LIMIT = 300;

type Made = ReturnType<typeof createOutputRef>;

/** References to outputs, and what of them must be stored as blobs before the document may hold them. */
export class OutputRefs {
  readonly #made: readonly Made[];

  constructor(outputs: readonly CellOutput[]) {
    this.#made = outputs.map((output) => createOutputRef(JSON.stringify(output), outputMime(output)));
  }

  /** All references, if none needs a blob. */
  get inline(): readonly OutputRef[] | undefined {
    const refs = this.#made.map(({ ref }) => ref);
    return refs.every(({ inline }) => inline !== undefined) ? refs : undefined;
  }

  /** Stores what is not inline. An output that cannot be stored is replaced by an error that says so. Never rejects. */
  store(blobs: BlobStore, clock: Clock): Promise<readonly OutputRef[]> {
    return Promise.all(this.#made.map((made) => storeOne(made, blobs, clock)));
  }
}

async function storeOne({ ref, body }: Made, blobs: BlobStore, clock: Clock): Promise<OutputRef> {
  if (ref.inline !== undefined) return ref;
  let dispose = (): void => undefined;
  try {
    const overdue = new Promise<never>((_, reject) => {
      dispose = clock.after(STORE_LIMIT, () => reject(new Error("the storage does not answer")));
    });
    await Promise.race([blobs.put(body), overdue]);
    return ref;
  } catch (error) {
    return notStored(ref, messageOf(error));
  } finally {
    dispose();
  }
}

function notStored(ref: OutputRef, reason: string): OutputRef {
  const text = `an output of ${formatBytes(ref.size)} could not be kept: ${reason.slice(0, REASON_LIMIT)}`;
  const output: CellOutput = { output_type: "error", ename: "StorageError", evalue: text, traceback: [] };
  return createOutputRef(JSON.stringify(output), outputMime(output)).ref;
}
