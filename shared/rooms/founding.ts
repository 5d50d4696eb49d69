// Who founded a room is part of its id: the id is a hash of the founder's public key and of a number derived from the
// room's secret. So everybody can check who may say who may do what, and nobody, the class host included, can take a room
// over. Rooms whose id is plain random have no founder: whoever has the link may do everything in them, for ever.

import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { toBase64url } from "../base/base64url.ts";
import { RoomId } from "../base/ids.ts";
import { PUBLIC_KEY_BYTES } from "./deviceKey.ts";
import { createRoomSecret, type RoomSecret } from "./roomKeys.ts";
import type { RoomRef } from "./roomLink.ts";

/** Proves, with the founder's public key, that the key founded the room. Whoever has the secret can derive it. */
export const FOUNDING_BYTES = 16;
const PURPOSE = new TextEncoder().encode("meshbook/1/founding");

/** A new room, founded by the device with this key. */
export function foundRoom(publicKey: Uint8Array, secret: RoomSecret = createRoomSecret()): RoomRef {
  return { id: foundedId(publicKey, foundingOf(secret)), secret };
}

export function foundingOf(secret: RoomSecret): Uint8Array {
  return hkdf(sha256, secret, undefined, PURPOSE, FOUNDING_BYTES);
}

export function isFounder(room: RoomId, founding: Uint8Array, publicKey: Uint8Array): boolean {
  if (founding.length !== FOUNDING_BYTES || publicKey.length !== PUBLIC_KEY_BYTES) return false;
  return foundedId(publicKey, founding) === room;
}

function foundedId(publicKey: Uint8Array, founding: Uint8Array): RoomId {
  const hash = sha256.create().update(PURPOSE).update(founding).update(publicKey).digest();
  const id = RoomId.parse(toBase64url(hash).slice(0, 22));
  if (id === undefined) throw new Error("a hash was no room id");
  return id;
}
