import type { RoomId } from "#shared/base/ids.ts";
import type { UnixMs } from "#shared/base/units.ts";
import type { Presence } from "#shared/presence/presence.ts";
import { isFresh, proofText, readProof, signedPresence } from "#shared/rooms/presenceProof.ts";
import { verifyDevice } from "../sync/access/verifyDevice.ts";

/** Clients whose proofs are remembered: as many as a room shows. */
const REMEMBERED_LIMIT = 2_000;

/** Whether what peers of one room show of themselves is signed by their devices. Each proof is verified once. */
export class ShownProofs {
  readonly #room: RoomId;
  readonly #now: () => UnixMs;
  readonly #known = new Map<number, { readonly text: string; readonly good: boolean }>();
  #verified = 0;

  constructor(room: RoomId, now: () => UnixMs) {
    this.#room = room;
    this.#now = now;
  }

  /** Signatures verified so far: what a flood of them costs. */
  get verified(): number {
    return this.#verified;
  }

  isProven(client: number, { peer, name, wrote }: Presence, state: unknown): boolean {
    const proof = readProof(state);
    if (proof === undefined || !isFresh(proof, this.#now())) return false;
    const claim = { room: this.#room, client, name, wrote };
    const text = proofText(peer, claim, proof);
    const known = this.#known.get(client);
    if (known?.text === text) return known.good;
    const signed = signedPresence(peer, claim, proof);
    const good = signed !== undefined && verifyDevice(signed);
    if (signed !== undefined) this.#verified += 1;
    if (this.#known.size >= REMEMBERED_LIMIT) this.#known.clear();
    this.#known.set(client, { text, good });
    return good;
  }
}
