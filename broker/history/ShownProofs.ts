import type { RoomId } from "#shared/base/ids.ts";
import { isRecord, readString } from "#shared/base/parse.ts";
import type { UnixMs } from "#shared/base/units.ts";
import type { Presence } from "#shared/presence/presence.ts";
import { isFresh, PROOF_FIELD, proofMessage, readProof } from "#shared/rooms/presenceProof.ts";
import { verifyDevice } from "../sync/access/verifyDevice.ts";

/** Clients whose proofs are remembered. A flood of invented ones costs those who send it more than us. */
const REMEMBERED_LIMIT = 2_000;
const NAME_TEXT_LIMIT = 1_000;

/** Whether what peers of one room show of themselves is signed by their devices. Each proof is checked once. */
export class ShownProofs {
  readonly #room: RoomId;
  readonly #now: () => UnixMs;
  readonly #known = new Map<number, { readonly text: string; readonly good: boolean }>();

  constructor(room: RoomId, now: () => UnixMs) {
    this.#room = room;
    this.#now = now;
  }

  isProven(client: number, { peer, wrote }: Presence, state: unknown): boolean {
    if (!isRecord(state) || state[PROOF_FIELD] === undefined) return false;
    const user = state["user"];
    const name = isRecord(user) ? (readString(user["name"], NAME_TEXT_LIMIT) ?? "") : "";
    const text = JSON.stringify([peer, name, wrote, state[PROOF_FIELD]]);
    const known = this.#known.get(client);
    if (known?.text === text) return known.good;
    const proof = readProof(state[PROOF_FIELD], peer);
    const good =
      proof !== undefined &&
      isFresh(proof, this.#now()) &&
      verifyDevice({
        publicKey: proof.publicKey,
        message: proofMessage({ room: this.#room, client, name, wrote }, proof.at),
        signature: proof.signature,
      });
    if (this.#known.size >= REMEMBERED_LIMIT) this.#known.clear();
    this.#known.set(client, { text, good });
    return good;
  }
}
