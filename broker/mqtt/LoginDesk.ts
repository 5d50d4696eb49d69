import type { PeerId } from "#shared/base/ids.ts";
import { err, ok, type Result } from "#shared/base/result.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import { parseBrokerToken, TOKEN_LIFE, type BrokerToken } from "#shared/rooms/brokerToken.ts";
import { verifyDevice } from "../sync/access/verifyDevice.ts";
import type { RealmKey } from "./realmKey.ts";

/** Return codes of MQTT 3.1.1. */
export const BAD_LOGIN = 4;
export const NOT_AUTHORIZED = 5;

/** Tokens remembered, so that each is taken once: those of a class that starts all at once, ten times over. */
const USED_LIMIT = 10_000;
/** Realms whose key is remembered: a class, and each notebook that was ever relayed. */
const REALMS_LIMIT = 10_000;

export interface Refusal {
  readonly code: typeof BAD_LOGIN | typeof NOT_AUTHORIZED;
  readonly reason: string;
}

interface Realm {
  readonly key: string;
  clients: number;
}

/**
 * Decides who is let in, and to which realm: devices that know the secret of its room. It holds public keys alone. Of the
 * class the host has told the key. Of other realms, notebooks whose secrets a host need not know, it takes the key of
 * whoever comes first, who must know the realm's unguessable name; and keeps it for as long as it runs.
 */
export class LoginDesk {
  readonly #clock: Clock;
  readonly #pinned: ReadonlyMap<string, string>;
  readonly #realms = new Map<string, Realm>();
  /** Signatures of used tokens, oldest first, and until when they would count. */
  readonly #used = new Map<string, number>();

  constructor(clock: Clock, pinned: readonly RealmKey[]) {
    this.#clock = clock;
    this.#pinned = new Map(pinned.map(({ tag, key }) => [tag, key]));
  }

  /** Uses the token up. Whoever is let in must be given to `leave` in the end. */
  enter(client: PeerId, password: Uint8Array | undefined): Result<string, Refusal> {
    const token = password && parseBrokerToken(new TextDecoder("latin1").decode(password));
    if (token === undefined) return refuse(BAD_LOGIN, "it shows no token of a member");
    const problem = this.#problem(client, token);
    if (problem !== undefined) return refuse(NOT_AUTHORIZED, problem);
    this.#use(token);
    return this.#join(token) ? ok(token.tag) : refuse(NOT_AUTHORIZED, "too many realms");
  }

  leave(tag: string): void {
    const realm = this.#realms.get(tag);
    if (realm !== undefined) realm.clients -= 1;
  }

  /** What costs least is looked at first: strangers can make this work as often as they connect. */
  #problem(client: PeerId, token: BrokerToken): string | undefined {
    const { tag, at, memberKey, deviceKey, message, memberSignature, deviceSignature } = token;
    if (token.client !== client) return "the token is another client's";
    if (Math.abs(this.#clock.now() - at) > TOKEN_LIFE) return "the token is not of this time";
    if (this.#used.has(nameOf(token))) return "the token was used before";
    const known = this.#pinned.get(tag) ?? this.#realms.get(tag)?.key;
    if (known !== undefined && known !== hex(memberKey)) return "the token is another class's";
    const isMember = verifyDevice({ publicKey: memberKey, message, signature: memberSignature });
    const isDevice = isMember && verifyDevice({ publicKey: deviceKey, message, signature: deviceSignature });
    return isDevice ? undefined : "the token is not signed as it should be";
  }

  #use(token: BrokerToken): void {
    const now = this.#clock.now();
    for (const [name, until] of this.#used) {
      if (until >= now && this.#used.size < USED_LIMIT) break;
      this.#used.delete(name);
    }
    this.#used.set(nameOf(token), token.at + TOKEN_LIFE);
  }

  #join({ tag, memberKey }: BrokerToken): boolean {
    const known = this.#realms.get(tag);
    if (known === undefined && this.#realms.size >= REALMS_LIMIT && !this.#forgetOne()) return false;
    const realm = known ?? { key: hex(memberKey), clients: 0 };
    realm.clients += 1;
    this.#realms.delete(tag);
    this.#realms.set(tag, realm);
    return true;
  }

  /** The realm that was left longest ago. */
  #forgetOne(): boolean {
    for (const [tag, { clients }] of this.#realms) if (clients === 0) return this.#realms.delete(tag);
    return false;
  }
}

const refuse = (code: Refusal["code"], reason: string): Result<never, Refusal> => err({ code, reason });

/** A signature cannot be made anew for a token that was used: there is one for each message and key. */
const nameOf = ({ message }: BrokerToken): string => hex(message);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
