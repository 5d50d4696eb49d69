import type { AskAccess } from "#shared/adapters/MqttJobTransport.ts";
import { RoomId, type PeerId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import type { Signer } from "#shared/ports/Signer.ts";
import type { BrokerLogin } from "#shared/rooms/brokerAccess.ts";
import { brokerLogin, createSalt, passingId } from "#shared/rooms/brokerToken.ts";
import { createRoomSecret, deriveRoomKeys, type RoomKeys } from "#shared/rooms/roomKeys.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";

/** A room whose members log in at a class host's broker, as many as a test wants, under ids of their own. */
export class TestRealm {
  readonly keys: Pick<RoomKeys, "content" | "topicTag" | "brokerSeed">;
  readonly #signer = NodeSigner.create();
  readonly #salts = new Map<PeerId, Uint8Array>();

  constructor(keys: TestRealm["keys"] = deriveRoomKeys(RoomId.create(), createRoomSecret())) {
    this.keys = keys;
  }

  get tag(): string {
    return this.keys.topicTag;
  }

  newPeer(): PeerId {
    const salt = createSalt();
    const peer = passingId(this.#signer.publicKey, salt);
    this.#salts.set(peer, salt);
    return peer;
  }

  /** For one connection of a peer that `newPeer` made. */
  login(peer: PeerId, at = Date.now()): Promise<BrokerLogin> {
    const salt = this.#salts.get(peer);
    if (salt === undefined) throw new Error(`${peer} is no peer of this realm`);
    return brokerLogin({ keys: this.keys, signer: this.#signer, salt }, unixMs(at));
  }

  access(peer: PeerId, url: string): AskAccess {
    return async () => ({ url, login: await this.login(peer) });
  }
}

/** How the device itself logs in. */
export const deviceAccess =
  (keys: TestRealm["keys"], signer: Signer, url: string): AskAccess =>
  async () => ({ url, login: await brokerLogin({ keys, signer }, unixMs(Date.now())) });
