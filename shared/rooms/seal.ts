// Authenticated encryption between members of a room: XChaCha20-Poly1305 with a random 24-byte nonce, long enough that
// nonces never need to be counted. `context` (topic and header) is bound to the message: it opens nowhere else.

import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { randomBytes } from "../base/randomBytes.ts";

const NONCE_BYTES = 24;
const TAG_BYTES = 16;

/** Bytes that sealing adds to a message. */
export const SEAL_OVERHEAD = NONCE_BYTES + TAG_BYTES;

/** XChaCha20-Poly1305. A host that has its own gives the same bytes, sooner. */
export interface SealCipher {
  /** Cipher text and tag. */
  encrypt(key: Uint8Array, nonce: Uint8Array, context: Uint8Array, plain: Uint8Array): Uint8Array;
  /** @throws Error if it was not encrypted with this key, nonce and context */
  decrypt(key: Uint8Array, nonce: Uint8Array, context: Uint8Array, sealed: Uint8Array): Uint8Array;
}

/** In JavaScript: works everywhere. */
export const portableCipher: SealCipher = {
  encrypt: (key, nonce, context, plain) => xchacha20poly1305(key, nonce, context).encrypt(plain),
  decrypt: (key, nonce, context, sealed) => xchacha20poly1305(key, nonce, context).decrypt(sealed),
};

export function seal(key: Uint8Array, context: Uint8Array, plain: Uint8Array, cipher = portableCipher): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const sealed = cipher.encrypt(key, nonce, context, plain);
  const message = new Uint8Array(NONCE_BYTES + sealed.length);
  message.set(nonce);
  message.set(sealed, NONCE_BYTES);
  return message;
}

/** The plain bytes, or undefined if the message was not sealed with this key for this context. */
export function unseal(
  key: Uint8Array,
  context: Uint8Array,
  message: Uint8Array,
  cipher = portableCipher,
): Uint8Array | undefined {
  if (message.length < SEAL_OVERHEAD) return undefined;
  try {
    return cipher.decrypt(key, message.subarray(0, NONCE_BYTES), context, message.subarray(NONCE_BYTES));
  } catch {
    return undefined;
  }
}
