import type { ContentHash } from "../../base/ids.ts";
import { mib, type Bytes } from "../../base/units.ts";
import type { CellOutput } from "../../notebook/output.ts";
import type { OutputRef } from "../../notebook/runRecord.ts";

/** Outputs that are remembered. Each is in memory anyway while its run is the last of its cell. */
const OUTPUTS_LIMIT = 30;
/** Bytes of all of them, as they are stored: of tables that were replaced since, a few fill a small machine. */
const SIZE_LIMIT: Bytes = mib(64);

/** What runs of this page gave lately and is not inline: who shows it need not read it back from storage. */
export class MadeOutputs {
  readonly #outputs = new Map<ContentHash, { readonly output: CellOutput; readonly size: Bytes }>();
  #size = 0;

  /** The newest is remembered however large it is. */
  note({ hash, size }: Pick<OutputRef, "hash" | "size">, output: CellOutput): void {
    this.#forget(hash);
    this.#outputs.set(hash, { output, size });
    this.#size += size;
    for (const oldest of this.#outputs.keys()) {
      if (oldest === hash || (this.#outputs.size <= OUTPUTS_LIMIT && this.#size <= SIZE_LIMIT)) return;
      this.#forget(oldest);
    }
  }

  get(hash: ContentHash): CellOutput | undefined {
    return this.#outputs.get(hash)?.output;
  }

  #forget(hash: ContentHash): void {
    this.#size -= this.#outputs.get(hash)?.size ?? 0;
    this.#outputs.delete(hash);
  }
}
