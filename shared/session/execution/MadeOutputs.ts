import type { ContentHash } from "../../base/ids.ts";
import type { CellOutput } from "../../notebook/output.ts";

/** Outputs that are remembered. Each is in memory anyway while its run is the last of its cell. */
const OUTPUTS_LIMIT = 30;

/** What runs of this page gave lately and is not inline: who shows it need not read it back from storage. */
export class MadeOutputs {
  readonly #outputs = new Map<ContentHash, CellOutput>();

  note(hash: ContentHash, output: CellOutput): void {
    this.#outputs.delete(hash);
    this.#outputs.set(hash, output);
    const [oldest] = this.#outputs.keys();
    if (this.#outputs.size > OUTPUTS_LIMIT && oldest !== undefined) this.#outputs.delete(oldest);
  }

  get(hash: ContentHash): CellOutput | undefined {
    return this.#outputs.get(hash);
  }
}
