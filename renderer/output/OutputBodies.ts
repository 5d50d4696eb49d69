import type { ContentHash } from "#shared/base/ids.ts";
import { Value, type Readable } from "#shared/base/value.ts";
import { parseOutput, type CellOutput } from "#shared/notebook/output.ts";
import type { OutputRef } from "#shared/notebook/runRecord.ts";

export type OutputBody =
  | { readonly state: "loading" }
  | { readonly state: "ready"; readonly output: CellOutput }
  /** Nobody who can be reached has it, or what they have is no output. */
  | { readonly state: "missing" };

/** Bodies kept. A page shows far fewer at once; what is dropped is read again when it is shown again. */
const BODY_LIMIT = 300;
const LOADING: OutputBody = { state: "loading" };

/** Bodies of outputs by hash, read when first asked for. */
export class OutputBodies {
  readonly #read: (hash: ContentHash) => Promise<string | undefined>;
  readonly #bodies = new Map<ContentHash, Value<OutputBody>>();

  constructor(read: (hash: ContentHash) => Promise<string | undefined>) {
    this.#read = read;
  }

  /** The same readable for the same hash, while it is kept. */
  body(ref: OutputRef): Readable<OutputBody> {
    const known = this.#bodies.get(ref.hash);
    if (known !== undefined) return known;
    const body = new Value<OutputBody>(ref.inline === undefined ? LOADING : readBody(ref.inline));
    this.#bodies.set(ref.hash, body);
    this.#forgetOldest();
    if (ref.inline === undefined) void this.#load(ref.hash, body);
    return body;
  }

  /** Asks again for a body that was missing: a peer that has it may have come. */
  retry(hash: ContentHash): void {
    const body = this.#bodies.get(hash);
    if (body?.get().state !== "missing") return;
    body.set(LOADING);
    void this.#load(hash, body);
  }

  async #load(hash: ContentHash, body: Value<OutputBody>): Promise<void> {
    try {
      body.set(readBody(await this.#read(hash)));
    } catch {
      // The blob store failed; to the reader that is the same as nobody having it, and "try again" is offered.
      body.set({ state: "missing" });
    }
  }

  #forgetOldest(): void {
    const oldest = this.#bodies.keys().next();
    if (this.#bodies.size > BODY_LIMIT && oldest.done !== true) this.#bodies.delete(oldest.value);
  }
}

function readBody(text: string | undefined): OutputBody {
  if (text === undefined) return { state: "missing" };
  try {
    const output = parseOutput(JSON.parse(text));
    return output === undefined ? { state: "missing" } : { state: "ready", output };
  } catch {
    // Not JSON: a damaged blob.
    return { state: "missing" };
  }
}
