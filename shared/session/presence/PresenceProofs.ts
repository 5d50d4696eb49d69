import { messageOf } from "../../base/errors.ts";
import type { RoomId } from "../../base/ids.ts";
import { isRecord, readString, type JsonObject } from "../../base/parse.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { Logger } from "../../ports/Logger.ts";
import type { Signer } from "../../ports/Signer.ts";
import { parsePresence } from "../../presence/presence.ts";
import {
  isFresh,
  PROOF_FIELD,
  proofMessage,
  readProof,
  writeProof,
  type PresenceClaim,
  type PresenceProof,
} from "../../rooms/presenceProof.ts";
import type { Identity } from "../views.ts";

/** UTF-16 units of a name that is looked at; what is shown of it is shorter. */
const NAME_TEXT_LIMIT = 1_000;

export interface PresenceProofsOptions {
  readonly room: RoomId;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What is known of this client has changed. */
  readonly changed: (client: number) => void;
}

/** Proves to others who we are in one room, and checks what they show. Each proof is checked once. */
export class PresenceProofs {
  readonly #options: PresenceProofsOptions;
  readonly #known = new Map<number, { readonly text: string; identity: Identity }>();

  constructor(options: PresenceProofsOptions) {
    this.#options = options;
  }

  /** Undefined if this device's key does not sign: others then see a claim. */
  async make(claim: Omit<PresenceClaim, "room">): Promise<JsonObject | undefined> {
    const { room, signer, clock, logger } = this.#options;
    const at = clock.now();
    try {
      const signature = await signer.sign(proofMessage({ room, ...claim }, at));
      return writeProof({ publicKey: signer.publicKey, at, signature });
    } catch (error) {
      logger.error("this device's key does not sign", { error: messageOf(error) });
      return undefined;
    }
  }

  /** Who the client is, by what it shows now. While that is being checked for the first time: `checking`. */
  identityOf(client: number, state: unknown): Identity {
    const presence = parsePresence(state);
    if (!isRecord(state) || presence === undefined) return this.#forget(client);
    const user = state["user"];
    const name = isRecord(user) ? (readString(user["name"], NAME_TEXT_LIMIT) ?? "") : "";
    const proof = readProof(state[PROOF_FIELD], presence.peer);
    if (proof === undefined || !isFresh(proof, this.#options.clock.now())) return this.#forget(client);
    const { wrote } = presence;
    const text = JSON.stringify([name, wrote, state[PROOF_FIELD]]);
    const known = this.#known.get(client);
    if (known?.text === text) return known.identity;
    this.#known.set(client, { text, identity: "checking" });
    void this.#check({ client, name, wrote }, { text, proof });
    return "checking";
  }

  gone(client: number): void {
    this.#known.delete(client);
  }

  #forget(client: number): Identity {
    this.#known.delete(client);
    return "claimed";
  }

  async #check(claim: Omit<PresenceClaim, "room">, shown: { text: string; proof: PresenceProof }): Promise<void> {
    const { room, signer, changed } = this.#options;
    const { publicKey, signature, at } = shown.proof;
    const message = proofMessage({ room, ...claim }, at);
    const good = await signer.verify(publicKey, message, signature).catch(() => false);
    const known = this.#known.get(claim.client);
    if (known?.text !== shown.text) return;
    known.identity = good ? "proven" : "claimed";
    changed(claim.client);
  }
}
