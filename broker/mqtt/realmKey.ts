// The public key by which a broker knows the members of one realm, as the host tells it to the broker's process: in its
// environment, which other users of the computer cannot read, because the realm's name is for members alone.

/** Name of the variable. */
export const REALM_KEYS = "MESHBOOK_REALM_KEYS";

export interface RealmKey {
  /** `RoomKeys.topicTag` */
  readonly tag: string;
  /** 32 bytes in hexadecimal. */
  readonly key: string;
}

const PAIR = /^([A-Za-z0-9_-]{22}):([0-9a-f]{64})$/;

export const writeRealmKeys = (keys: readonly RealmKey[]): string => keys.map(({ tag, key }) => `${tag}:${key}`).join();

/** @throws Error for what `writeRealmKeys` did not write: a broker without the key would let in others */
export function readRealmKeys(text: string): readonly RealmKey[] {
  return text === "" ? [] : text.split(",").map(readPair);
}

function readPair(pair: string): RealmKey {
  const [, tag, key] = PAIR.exec(pair) ?? [];
  if (tag === undefined || key === undefined) throw new Error(`${REALM_KEYS} is malformed`);
  return { tag, key };
}
