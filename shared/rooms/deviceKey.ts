// Each device has an Ed25519 key pair; the fingerprint of its public key is the peer id. Signing is a port of its own
// (ports/Signer.ts) because hosts differ: Node has it natively, a page on plain http only in JavaScript.

import { sha256 } from "@noble/hashes/sha2.js";
import { toBase64url } from "../base/base64url.ts";
import { BytesMap } from "../base/BytesMap.ts";
import { PeerId } from "../base/ids.ts";

export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/** Fingerprints that are known: those of a class. */
const KNOWN_LIMIT = 512;
const known = new BytesMap<PeerId>(KNOWN_LIMIT);

/** First 22 characters of base64url(SHA-256(public key)): 132 bits, and within the 23 characters MQTT 3.1 allows. */
export function peerIdOf(publicKey: Uint8Array): PeerId {
  const found = known.get(publicKey);
  if (found !== undefined) return found;
  const id = PeerId.parse(toBase64url(sha256(publicKey)).slice(0, 22));
  if (id === undefined) throw new Error("a fingerprint was no peer id");
  known.set(publicKey, id);
  return id;
}
