import { messageOf } from "../../base/errors.ts";
import { bytes, formatBytes, seconds, type Bytes, type Milliseconds } from "../../base/units.ts";
import { createOutputRef, outputMime } from "../../notebook/outputRef.ts";
import type { CellOutput } from "../../notebook/output.ts";
import { INLINE_OUTPUT_LIMIT, type OutputRef } from "../../notebook/runRecord.ts";
import type { BlobStore } from "../../ports/BlobStore.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { MadeOutputs } from "./MadeOutputs.ts";
import { encodeAside, isLarge } from "./outputBody.ts";

/** Storage on the device that says nothing for this long will not: the run must end. */
const STORE_LIMIT: Milliseconds = seconds(20);
/** Characters of a storage error that are shown: the notice must itself be inline. */
const REASON_LIMIT = 300;

/** Inline already, or a body that becomes a blob; undefined while it is not written yet. */
type Made =
  | { readonly ref: OutputRef }
  | { readonly ref?: never; readonly body: Uint8Array | undefined; readonly output: CellOutput };

/** References to outputs, and what of them must be stored as blobs before the document may hold them. */
export class OutputRefs {
  readonly #made: readonly Made[];

  constructor(outputs: readonly CellOutput[]) {
    this.#made = outputs.map(make);
  }

  /** All references, if none needs a blob. */
  get inline(): readonly OutputRef[] | undefined {
    const refs = this.#made.flatMap(({ ref }) => ref ?? []);
    return refs.length === this.#made.length ? refs : undefined;
  }

  /** Stores what is not inline. An output that cannot be stored is replaced by an error that says so. Never rejects. */
  store({ blobs, clock, made }: StoreTools): Promise<readonly OutputRef[]> {
    return Promise.all(
      this.#made.map(async (one) => {
        const ref = await storeOne(one, blobs, clock);
        if (one.ref === undefined && ref.inline === undefined) made?.note(ref, one.output);
        return ref;
      }),
    );
  }
}

export interface StoreTools {
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** Hears of what was stored as a blob. */
  readonly made?: MadeOutputs;
}

/** A large body is neither written nor summed up here, which would keep a page from answering. */
function make(output: CellOutput): Made {
  if (isLarge(output)) return { body: undefined, output };
  const text = JSON.stringify(output);
  const body = new TextEncoder().encode(text);
  return body.length <= INLINE_OUTPUT_LIMIT ? { ref: createOutputRef(text, outputMime(output)).ref } : { body, output };
}

async function storeOne(made: Made, blobs: BlobStore, clock: Clock): Promise<OutputRef> {
  if (made.ref !== undefined) return made.ref;
  const body = made.body ?? (await encodeAside(made.output));
  const [size, mime] = [bytes(body.length), outputMime(made.output)];
  let dispose = (): void => undefined;
  try {
    const overdue = new Promise<never>((_, reject) => {
      dispose = clock.after(STORE_LIMIT, () => reject(new Error("the storage does not answer")));
    });
    const hash = await Promise.race([blobs.put(body), overdue]);
    return { hash, mime, size, inline: undefined };
  } catch (error) {
    return notStored(size, messageOf(error));
  } finally {
    dispose();
  }
}

function notStored(size: Bytes, reason: string): OutputRef {
  const text = `an output of ${formatBytes(size)} could not be kept: ${reason.slice(0, REASON_LIMIT)}`;
  const output: CellOutput = { output_type: "error", ename: "StorageError", evalue: text, traceback: [] };
  return createOutputRef(JSON.stringify(output), outputMime(output)).ref;
}
