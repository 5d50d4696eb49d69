import type { CellId, PeerId, RoomId } from "../../base/ids.ts";
import { couldHaveScripts } from "../../notebook/outputScripts.ts";
import type { OutputProof, RunRecord } from "../../notebook/runRecord.ts";
import type { Signer } from "../../ports/Signer.ts";
import { outputMessage, signedOutputs, writeOutputProof, type OutputClaim } from "../../rooms/outputProof.ts";

/** Signs the outputs of this device's runs, and tells who signed those of others. */
export class OutputSigner {
  readonly #signer: Signer;
  readonly #room: () => RoomId;

  /** `room`: of the notebook, whose outputs these are. */
  constructor(signer: Signer, room: () => RoomId) {
    this.#signer = signer;
    this.#room = room;
  }

  /** That this device made the outputs of a run of its own, where that matters. Never rejects. */
  async prove(cell: CellId, record: RunRecord): Promise<OutputProof | undefined> {
    if (record.by !== this.#signer.peer || !couldHaveScripts(record)) return undefined;
    // Those of a kept result are somebody else's.
    if (record.kept !== undefined && "from" in record.kept) return undefined;
    try {
      return writeOutputProof(
        this.#signer.publicKey,
        await this.#signer.sign(outputMessage(this.#claim(cell, record))),
      );
    } catch {
      // Unsigned outputs are shown as well; readers are asked for each of them.
      return undefined;
    }
  }

  /** The device that signed these outputs of this cell in this notebook; undefined if that is not proven. */
  async authorOf(cell: CellId, record: RunRecord): Promise<PeerId | undefined> {
    const { by, proof } = record;
    const signed = by && proof && signedOutputs(by, this.#claim(cell, record), proof);
    if (signed === undefined) return undefined;
    const { publicKey, message, signature } = signed;
    return (await this.#signer.verify(publicKey, message, signature).catch(() => false)) ? by : undefined;
  }

  #claim(cell: CellId, { run, byName, outputs }: RunRecord): OutputClaim {
    return { room: this.#room(), cell, run, name: byName, outputs: outputs.map(({ hash }) => hash) };
  }
}
