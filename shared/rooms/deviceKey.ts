// Each device has an Ed25519 key pair; the fingerprint of its public key is the peer id. Signing is a port of its own
// (ports/Signer.ts) because hosts differ: Node has it natively, a page on plain http only in JavaScript.

import { sha256 } from "@noble/hashes/sha2.js";
import { toBase64url } from "../base/base64url.ts";
import { PeerId } from "../base/ids.ts";

export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/** First 22 characters of base64url(SHA-256(public key)): 132 bits, and within the 23 characters MQTT 3.1 allows. */
export function peerIdOf(publicKey: Uint8Array): PeerId {
  const id = PeerId.parse(toBase64url(sha256(publicKey)).slice(0, 22));
  if (id === undefined) throw new Error("a fingerprint was no peer id");
  return id;
}
