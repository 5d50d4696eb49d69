// What everybody in a room shares. The link carries the room's id and a 32-byte secret; every key and every name that
// a server gets to see is derived from the secret with HKDF-SHA256 (RFC 5869), so that seeing one gives none of the others.

import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { toBase64url } from "../base/base64url.ts";
import type { RoomId } from "../base/ids.ts";

/** 32 random bytes: whoever has them is in the room. */
export type RoomSecret = Uint8Array & { readonly __brand: "RoomSecret" };

export const ROOM_SECRET_BYTES = 32;
const TAG_BYTES = 16;
const PASSWORD_BYTES = 24;

export interface RoomKeys {
  /** Seals messages between members (XChaCha20-Poly1305). */
  readonly content: Uint8Array;
  /** The room's name on a broker: 22 base64url characters that tell the broker nothing. */
  readonly topicTag: string;
  /** y-webrtc's `password`: seals signalling. */
  readonly webrtcPassword: string;
  /** Seals where a broker is that is not the host's own, and the login there. */
  readonly broker: Uint8Array;
  /** Seed of the Ed25519 key by which members log in at a class host's own broker (see brokerToken.ts). */
  readonly brokerSeed: Uint8Array;
}

export function createRoomSecret(): RoomSecret {
  return asRoomSecret(crypto.getRandomValues(new Uint8Array(ROOM_SECRET_BYTES)));
}

export function asRoomSecret(bytes: Uint8Array): RoomSecret {
  if (bytes.length !== ROOM_SECRET_BYTES) throw new Error(`a room secret has ${ROOM_SECRET_BYTES} bytes`);
  // reason: the length was just checked; nothing else is asked of a secret.
  return bytes as RoomSecret;
}

export function deriveRoomKeys(id: RoomId, secret: RoomSecret): RoomKeys {
  const salt = new TextEncoder().encode(id);
  const derive = (purpose: string, length: number): Uint8Array =>
    hkdf(sha256, secret, salt, new TextEncoder().encode(`meshbook/1/${purpose}`), length);
  return {
    content: derive("content", 32),
    topicTag: toBase64url(derive("topic", TAG_BYTES)),
    webrtcPassword: toBase64url(derive("webrtc", PASSWORD_BYTES)),
    broker: derive("broker", 32),
    brokerSeed: derive("mqtt-member", 32),
  };
}
