import type { Dispose } from "../../base/dispose.ts";
import { messageOf } from "../../base/errors.ts";
import type { PeerId, RoomId } from "../../base/ids.ts";
import type { JsonObject } from "../../base/parse.ts";
import { ms } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { Logger } from "../../ports/Logger.ts";
import type { Signer } from "../../ports/Signer.ts";
import type { Presence } from "../../presence/presence.ts";
import {
  isFresh,
  proofMessage,
  proofText,
  readProof,
  signedPresence,
  writeProof,
  type PresenceClaim,
  type PresenceProof,
} from "../../rooms/presenceProof.ts";
import type { Identity } from "../views.ts";

/**
 * Pause between two checks. Ed25519 in JavaScript (plain http) takes milliseconds at a stretch: whoever invents signatures
 * must not keep the page from anything else.
 */
export const CHECK_PAUSE = ms(4);

export interface PresenceProofsOptions {
  readonly room: RoomId;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What is known of this client has changed. */
  readonly changed: (client: number) => void;
}

interface Known {
  readonly text: string;
  readonly identity: Identity;
}

interface Waiting {
  readonly peer: PeerId;
  readonly text: string;
  readonly claim: PresenceClaim;
  readonly proof: PresenceProof;
}

/** Proves to others who we are in one room, and checks what they show: each proof once, and one after the other. */
export class PresenceProofs {
  readonly #options: PresenceProofsOptions;
  readonly #known = new Map<number, Known>();
  /** What each client showed last, if it has not been checked yet; in the order in which they came. */
  readonly #waiting = new Map<number, Waiting>();
  #checking = false;
  #stopPause: Dispose = () => undefined;

  constructor(options: PresenceProofsOptions) {
    this.#options = options;
  }

  /** Undefined if this device's key does not sign: others then see a claim. */
  async make(claim: Omit<PresenceClaim, "room">): Promise<JsonObject | undefined> {
    const { room, signer, clock, logger } = this.#options;
    const at = clock.now();
    try {
      return writeProof(signer.publicKey, at, await signer.sign(proofMessage({ room, ...claim }, at)));
    } catch (error) {
      logger.error("this device's key does not sign", { error: messageOf(error) });
      return undefined;
    }
  }

  /** Who the client is, by what it shows now. While that is being checked for the first time: `checking`. */
  identityOf(client: number, { peer, name, wrote }: Presence, state: unknown): Identity {
    const proof = readProof(state);
    if (proof === undefined || !isFresh(proof, this.#options.clock.now())) {
      this.forget(client);
      return "claimed";
    }
    const claim = { room: this.#options.room, client, name, wrote };
    const text = proofText(peer, claim, proof);
    const known = this.#known.get(client);
    if (known?.text === text) return known.identity;
    this.#known.set(client, { text, identity: "checking" });
    this.#waiting.set(client, { peer, text, claim, proof });
    this.#checkNext();
    return "checking";
  }

  forget(client: number): void {
    this.#known.delete(client);
    this.#waiting.delete(client);
  }

  dispose(): void {
    this.#stopPause();
    this.#known.clear();
    this.#waiting.clear();
  }

  #checkNext(): void {
    const [next] = this.#waiting.values();
    if (this.#checking || next === undefined) return;
    this.#checking = true;
    this.#waiting.delete(next.claim.client);
    void this.#check(next).then(() => {
      this.#stopPause = this.#options.clock.after(CHECK_PAUSE, () => {
        this.#checking = false;
        this.#checkNext();
      });
    });
  }

  async #check({ peer, text, claim, proof }: Waiting): Promise<void> {
    const { signer, changed } = this.#options;
    const signed = signedPresence(peer, claim, proof);
    const good =
      signed !== undefined &&
      (await signer.verify(signed.publicKey, signed.message, signed.signature).catch(() => false));
    const { client } = claim;
    // It may show something else by now.
    if (this.#known.get(client)?.text !== text) return;
    this.#known.set(client, { text, identity: good ? "proven" : "claimed" });
    changed(client);
  }
}
